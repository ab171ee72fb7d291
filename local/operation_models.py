"""Finds the pydantic models of the operations' parameters, and of the settings that hold JSON."""

from __future__ import annotations

from importlib import import_module

from shared.models.parameters import CommonParams, Parameters

MODELS = "models"
SUFFIX = "Params"
"""The end of a model's name; the rest is the provider's action."""


def models_in(package: str) -> list[type[Parameters]]:
    """Return the models that the ``models.py`` in a folder defines, in its order."""
    module = import_module(f"{package.replace('/', '.')}.{MODELS}")
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Parameters)
        and each.__module__ == module.__name__
    ]


def operation_models(provider: str) -> dict[str, type[Parameters]]:
    """Return a provider's models of parameters by the name of the provider's action."""
    return {
        model.__name__.removesuffix(SUFFIX): model
        for model in models_in(f"functions/{provider}")
        if issubclass(model, CommonParams)
    }


def model_of(operation_id: str) -> type[Parameters]:
    """Return the pydantic model of an operation's parameters."""
    provider, _, action = operation_id.split(".")
    return operation_models(provider)[action]
