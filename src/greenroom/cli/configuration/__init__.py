"""A studio's whole configuration as one file: its form, how it is read out of a studio, how a studio is made so."""
