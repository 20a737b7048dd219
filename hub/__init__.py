"""The application: it joins channels, classifiers and the knowledge base into one desk."""
