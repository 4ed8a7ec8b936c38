"""Event-sourced case management for integration services under Act 681/2023."""
