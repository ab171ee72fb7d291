"""The OpenAPI 3.1 document of the web app, made from the models that the app itself uses."""
