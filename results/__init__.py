"""What came out: labelled years, accumulators, balances, summaries and the files they fill."""
