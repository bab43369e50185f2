"""Answers for people. No physics here."""
