"""The web app over a bundle's operations; only here are werkzeug and serverless_wsgi imported."""
