"""The portal for residents, owners and craftsmen."""
