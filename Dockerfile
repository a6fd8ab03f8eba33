# syntax=docker/dockerfile:1
# Two targets: `bot` (no TensorFlow, no ONNX Runtime) and `engine` (CPU, or GPU with `--build-arg REQUIREMENTS=gpu`).

FROM python:3.11-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    POSTER_JUDGE_DATA_DIR=/data
RUN useradd --create-home --uid 10001 judge && mkdir /data && chown judge /data
WORKDIR /app
VOLUME /data

FROM base AS bot
COPY requirements/bot.txt requirements/
RUN pip install --require-hashes -r requirements/bot.txt
COPY . .
RUN pip install --no-deps --no-build-isolation .
USER judge
CMD ["poster-judge", "bot"]

FROM base AS engine
ARG REQUIREMENTS=engine
COPY requirements/${REQUIREMENTS}.txt requirements/
RUN pip install --require-hashes -r requirements/${REQUIREMENTS}.txt
COPY . .
RUN pip install --no-deps --no-build-isolation .
USER judge
CMD ["poster-judge", "engine", "serve"]
