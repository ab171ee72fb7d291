"""Makes cold starts cheaper: libraries are imported without the parts that are not used here."""
