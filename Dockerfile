# syntax=docker/dockerfile:1
# Two targets: `bot` (no TensorFlow, no ONNX Runtime) and `engine` (CPU, or GPU with `--build-arg REQUIREMENTS=gpu`).

FROM python:3.11-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    POSTER_JUDGE_DATA_DIR=/data
RUN useradd --create-home --uid 10001 judge && mkdir /data && chown judge /data
WORKDIR /app

FROM base AS bot
COPY requirements/bot.txt requirements/
RUN pip install --require-hashes -r requirements/bot.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY broker broker
COPY launcher launcher
COPY migrations migrations
COPY model_engine/__init__.py model_engine/settings.py model_engine/
COPY models models
COPY posters posters
COPY sandbox sandbox
RUN pip install --no-deps --no-build-isolation .
USER judge
VOLUME /data
CMD ["poster-judge", "bot"]

FROM base AS engine
ARG REQUIREMENTS=engine
COPY requirements/${REQUIREMENTS}.txt requirements/
RUN pip install --require-hashes -r requirements/${REQUIREMENTS}.txt
COPY pyproject.toml README.md LICENSE ./
COPY broker broker
COPY bot bot
COPY launcher launcher
COPY migrations migrations
COPY model_engine model_engine
COPY models models
COPY posters posters
COPY sandbox sandbox
RUN pip install --no-deps --no-build-isolation .
USER judge
VOLUME /data
CMD ["poster-judge", "engine", "serve"]
