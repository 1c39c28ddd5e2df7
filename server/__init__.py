"""The application: create_app is the only module that knows every feature."""

from pathlib import Path

from flask import Flask
from flask_compress import Compress

from server import registry
from server.audit import sealing
from server.evidence.objects import store_of
from server.kernel import settings as settings_module
from server.kernel.db import db, engine_options
from server.kernel.settings import Settings
from server.org.queries import load_actor
from server.sync import hook
from server.web import auth, headers, health, logs, problems, spa


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from *settings* (default: the environment)."""
    settings = settings or settings_module.from_environment()
    logs.configure()
    app = Flask(__name__, static_folder=None)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        COMPRESS_ALGORITHM=["gzip"],
        COMPRESS_LEVEL=1,
        COMPRESS_MIMETYPES=["application/json", "application/problem+json"],
    )
    Path(settings.var).mkdir(parents=True, exist_ok=True)
    app.extensions["settings"] = settings
    app.extensions["store"] = store_of(settings)
    db.init_app(app)
    Compress(app)
    headers.init_app(app)
    problems.init_app(app)
    auth.init_app(app, load_actor)
    hook.init_app(db)
    sealing.init_app(db)
    app.register_blueprint(health.bp)
    for blueprint in registry.BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_blueprint(spa.bp)
    registry.register_commands(app)
    return app
