"""Brings labelled posters in from where they are found: a module a source, each giving a manifest."""
