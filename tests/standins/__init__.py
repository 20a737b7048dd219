"""Stand-ins for the providers the product talks to, written from the providers' own pages."""
