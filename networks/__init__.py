"""Systems as data: tables read, checked and written, columns for the solvers, bundled cases."""
