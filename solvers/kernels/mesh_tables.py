"""What the mesh kernels read and write: a circuit with loops, its hours, and its matrix."""

from typing import NamedTuple

from .tree_tables import ByteArray, FloatArray, IntArray


class MeshTable(NamedTuple):
    """A circuit as nodes and pipes.

    Parameters
    ----------
    start, end : array of int, shape (pipes,)
        Junctions of each route.
    conductance : array of float, shape (2, pipes)
        Heat loss to the ground per kelvin. [W/K]
    exchange : array of float, shape (pipes,)
        Between supply and return per kelvin. [W/K]
    hydraulics : array of float, shape (2, pipes, 6)
        As in `TreeTable`.
    area : array of float, shape (2, pipes)
        Clear cross-section. [m2]
    per_length : array of float, shape (pipes,)
        Inverse of the length; 0 for a pipe without length. [1/m]
    rise : array of float, shape (pipes,)
        Elevation of the end above the start. [m]
    height : array of float, shape (junctions,)
        Of each junction above the first producer's. [m]
    in_loop : array of float, shape (2, pipes)
        1 for pipes of loops, 0 for bridges.
    outward : array of float, shape (2, pipes)
        1 where the start is nearer to the first producer, else -1: the way of standing water.
    gate : array of int, shape (2, pipes)
        Row of `MeshInputs.passage`.
    lift : array of int, shape (2, pipes)
        Row of `MeshInputs.lift`.
    reach : array of int, shape (2, junctions)
        Row of `MeshInputs.reached`.
    ground : array of int, shape (pipes,)
        Row of the ground temperatures.
    earth : array of int, shape (junctions,)
        Row of the ground temperature that standing water at a junction takes.
    consumer_junction : array of int, shape (consumers,)
    returned, difference, limit : array of int, shape (consumers,)
        Rows of what consumers share over the hours.
    bypass_flow, max_flow, bypass_temperature, min_supply, max_supply : array, (consumers,)
        As in `TreeTable`.
    min_pressure_difference : array of float, shape (consumers,)
        -1e300 where it is not connected. [Pa]
    producer_junction : array of int, shape (producers,)
        Those that hold a pressure come first.
    held_at : array of int, shape (holders,)
        Places in the plan of the junctions whose pressure is held.
    held_first : array of int, shape (holders + 1,)
        Where the pipes of each holder begin in the next two.
    source_pipe : array of int, shape (any,)
        Routes at the holders' junctions.
    source_sign : array of float, shape (any,)
        1 for those that start there, -1 for those that end there.
    is_held : array of float, shape (junctions,)
        1 where the pressure of the supply side is held, else 0.
    core_pipe : array of int, shape (any,)
        Routes between junctions of the `Plan`; others are of branches.
    branch_pipe, branch_node, branch_near : array of int, shape (any,)
        Each route of a branch, the junction that it leads to and the one that it leads from, root
        first: trees that end in consumers alone, see `mesh_branches`.
    branch_leaf : array of int, shape (any,)
        The consumer that alone stands at the end of such a route, else -1.
    tree_first : array of int, shape (trees + 1,)
        Where the routes of each branch begin: it hangs from one junction.
    served_first, served : array of int, shape (any + 1,) and (any,)
        Consumers at the junctions of ``branch_node``.
    core_consumer : array of int, shape (any,)
        The other consumers.
    sides : int
        2; 1 for a one-line network, which has no return side.
    """

    start: IntArray
    end: IntArray
    conductance: FloatArray
    exchange: FloatArray
    hydraulics: FloatArray
    area: FloatArray
    per_length: FloatArray
    rise: FloatArray
    height: FloatArray
    in_loop: FloatArray
    outward: FloatArray
    gate: IntArray
    lift: IntArray
    reach: IntArray
    ground: IntArray
    earth: IntArray
    consumer_junction: IntArray
    returned: IntArray
    difference: IntArray
    limit: IntArray
    bypass_flow: FloatArray
    max_flow: FloatArray
    bypass_temperature: FloatArray
    min_supply: FloatArray
    max_supply: FloatArray
    min_pressure_difference: FloatArray
    producer_junction: IntArray
    held_at: IntArray
    held_first: IntArray
    source_pipe: IntArray
    source_sign: FloatArray
    is_held: FloatArray
    core_pipe: IntArray
    branch_pipe: IntArray
    branch_node: IntArray
    branch_near: IntArray
    branch_leaf: IntArray
    tree_first: IntArray
    served_first: IntArray
    served: IntArray
    core_consumer: IntArray
    sides: int


class Plan(NamedTuple):
    """How the equations of all nodes are eliminated; made once for a network.

    Parameters
    ----------
    node : array of int, shape (nodes,)
        Junctions in the order of elimination; the pressure holder's is the last. Those of
        branches are none of them.
    place : array of int, shape (junctions,)
        Place of each junction in ``node``, else -1.
    first : array of int, shape (nodes + 1,)
        Where the later neighbours of each place begin.
    later : array of int, shape (pairs,)
        Places of the later neighbours.
    upper, lower : array of int, shape (pairs,)
        Blocks (place, neighbour) and (neighbour, place).
    target : array of int, shape (updates,)
        Block changed by each pair of later neighbours, in the order in which they are visited.
    place_start, place_end : array of int, shape (pipes,)
        Places of the junctions of each route, else -1.
    ahead, aback : array of int, shape (pipes,)
        Blocks (start, end) and (end, start), else -1.
    opens, cleared : array of int, shape (pipes,) and (any,)
        1 for the first route between its junctions, else 0; blocks other than those of such.
    held : array of int, shape (any,)
        Blocks in the rows of the pressure holders.
    """

    node: IntArray
    place: IntArray
    first: IntArray
    later: IntArray
    upper: IntArray
    lower: IntArray
    target: IntArray
    place_start: IntArray
    place_end: IntArray
    ahead: IntArray
    aback: IntArray
    opens: IntArray
    cleared: IntArray
    held: IntArray


class MeshInputs(NamedTuple):
    """Hours as the kernels read them.

    Parameters
    ----------
    heat : array of float, shape (hours, consumers)
        [W]
    return_temperature, temperature_difference : array of float, shape (any, hours)
        One of both, the other NaN. [°C], [K]
    flow_limit : array of float, shape (any, hours)
        Flow that the pressure allows. [kg/s]
    ground_temperature : array of float, shape (any, hours)
        [°C]
    supply_temperature : array of float, shape (hours, producers)
        [°C]
    feed : array of float, shape (5, hours, producers)
        Flow, share and heat that producers give, the most heat that they give, and in which order;
        NaN where not given. [kg/s], [1], [W], [W], [1]
    pressure : array of float, shape (hours, holders)
        Held on the supply side, less 0 for a closed circuit. [Pa]
    passage : array of float, shape (any, hours)
        1 where a pipe is open, 0 where it is shut or not there.
    lift : array of float, shape (any, hours)
        Pressure rise by boosters from start to end. [Pa]
    reached : array of float, shape (any, hours)
        1 where open pipes lead from a junction to a pressure holder, else 0.
    """

    heat: FloatArray
    return_temperature: FloatArray
    temperature_difference: FloatArray
    flow_limit: FloatArray
    ground_temperature: FloatArray
    supply_temperature: FloatArray
    feed: FloatArray
    pressure: FloatArray
    passage: FloatArray
    lift: FloatArray
    reached: FloatArray


class MeshLevel(NamedTuple):
    """What a block of hours shares, by lane.

    Parameters
    ----------
    ground : array of float, shape (any, lanes)
        [°C]
    back, returned : array of float, shape (any, lanes)
        Return water of consumers, temperature and content. [°C], [J/kg]
    difference, limit : array of float, shape (any, lanes)
        Of consumers. [K], [kg/s]
    warmest, coldest : array of float, shape (lanes,)
        Of what the producers supply. [°C]
    volume : array of float, shape (2, lanes)
        Specific volume that gives pipes of loops their weight. [m3/kg]
    supply : array of float, shape (producers, lanes)
        Temperature of what each producer supplies. [°C]
    fed : array of float, shape (producers, lanes)
        Flow from return to supply through each producer. [kg/s]
    asked : array of float, shape (producers, lanes)
        Flow through each producer that the last solution asks for. [kg/s]
    feed : array of float, shape (8, producers, lanes)
        What is given of it, as in `MeshInputs`; 1 for who gives all that the others leave; what
        was fed and asked for in the round before. [kg/s]
    back_water : array of float, shape (producers, lanes)
        Return water at each producer. [°C]
    pressure : array of float, shape (holders, lanes)
        Held, with the weight of standing water. [Pa]
    passage, lift, reached : array of float, shape (any, lanes)
        As in `MeshInputs`.
    errors, flow_errors, water_errors, head, duration, total : array of float, shape (lanes,)
        Of the consumers' heat, of flows, of temperatures [K]; [Pa]; [s]; drawn flow [kg/s].
    share, best, stuck, tries : array of float, shape (lanes,)
        Of each step that is taken, the least error so far, steps since it fell, and how often
        steps went without success.
    opens : array of float, shape (lanes,)
        1 while consumers who lack heat are opened and none of them may close, else 0.
    restless : array of float, shape (lanes,)
        Row of the loop's pipe whose flow changed most in the last step, beside its size.
    last_errors : array of float, shape (lanes,)
        How far an hour was off after the step before, 1 for what counts as settled.
    marches : array of float, shape (lanes,)
        1 where the flow that changed most went on the way of the step before, else 0.
    unrest : array of float, shape (lanes,)
        Share by which a producer's flow, and kelvins by which a twin's water, moved in the last
        round.
    twin_share, twin_change : array of float, shape (lanes,)
        Of their changes that twins take, and the largest of the last round. [K]
    hour : array of int, shape (lanes,)
        That a lane reads.
    live : array of float, shape (lanes,)
        1 where the hour is to be written; 0 past the last, and for hours that wait for others
        that are as slow.
    scratch : array of float, shape (12 x lanes,)
    sums : array of float, shape (8, lanes)
    """

    ground: FloatArray
    back: FloatArray
    returned: FloatArray
    difference: FloatArray
    limit: FloatArray
    warmest: FloatArray
    coldest: FloatArray
    volume: FloatArray
    supply: FloatArray
    fed: FloatArray
    asked: FloatArray
    feed: FloatArray
    back_water: FloatArray
    pressure: FloatArray
    passage: FloatArray
    lift: FloatArray
    reached: FloatArray
    errors: FloatArray
    flow_errors: FloatArray
    water_errors: FloatArray
    head: FloatArray
    duration: FloatArray
    total: FloatArray
    share: FloatArray
    best: FloatArray
    stuck: FloatArray
    tries: FloatArray
    opens: FloatArray
    restless: FloatArray
    last_errors: FloatArray
    marches: FloatArray
    unrest: FloatArray
    twin_share: FloatArray
    twin_change: FloatArray
    hour: IntArray
    live: FloatArray
    scratch: FloatArray
    sums: FloatArray


class MeshWork(NamedTuple):
    """Work arrays of one thread.

    Parameters
    ----------
    nodes, pipes : array of float, shape (2 x junctions or 2 x pipes, values x lanes)
    consumers : array of float, shape (consumers, values x lanes)
    matrix : array of float, shape (blocks, 4 x lanes)
    right : array of float, shape (nodes, 2 x lanes)
    second : array of float, shape (nodes, 2 x lanes)
        Another right side, for producers that give a share.
    thermal, mixed : array of float, shape (blocks, lanes) and (nodes, lanes)
        Matrix and right side of the water alone.
    heads : array of float, shape (nodes, lanes)
        Step of the pressures with which flows close. [Pa]
    rest : array of float, shape (junctions, lanes)
        What mass lacks at each junction. [kg/s]
    level : MeshLevel
    figures : array of float, shape (2 x pipes, 9 x lanes / 4)
    waiting : array of int, shape (hours of a bundle,)
        Hours that are still to be solved.
    """

    nodes: FloatArray
    pipes: FloatArray
    consumers: FloatArray
    matrix: FloatArray
    right: FloatArray
    second: FloatArray
    thermal: FloatArray
    mixed: FloatArray
    heads: FloatArray
    rest: FloatArray
    level: MeshLevel
    figures: FloatArray
    waiting: IntArray


class MeshOutputs(NamedTuple):
    """What the kernels write; (hours,), (hours, consumers) or (hours, producers)."""

    duration: FloatArray
    consumer_mass_flow: FloatArray
    consumer_supply_temperature: FloatArray
    consumer_return_temperature: FloatArray
    consumer_heat: FloatArray
    consumer_unserved_heat: FloatArray
    consumer_reason: ByteArray
    consumer_pressure_difference: FloatArray
    producer_heat: FloatArray
    producer_mass_flow: FloatArray
    producer_return_temperature: FloatArray
    pressure_difference: FloatArray
    worst_consumer: IntArray
    heat_loss: FloatArray
    hydraulic_power: FloatArray
    booster_power: FloatArray
    standing_loss: FloatArray
    heat_residual: FloatArray
    mass_residual: FloatArray
    head_residual: FloatArray
    heat_error: FloatArray
    iterations: IntArray
