# The image of monitor; docs/how-to/container.md says how to run it.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /build
COPY requirements/ requirements/
RUN python3 -m venv --without-pip /opt/monitor \
    && python3 -m pip --python /opt/monitor/bin/python install --no-cache-dir \
        --require-hashes --only-binary :all: -r requirements/monitor.txt
RUN python3 -m venv --without-pip /opt/build \
    && python3 -m pip --python /opt/build/bin/python install --no-cache-dir \
        --require-hashes --only-binary :all: -r requirements/build.txt
COPY LICENSE README.md pyproject.toml ./
COPY monitor/ monitor/
RUN /opt/build/bin/python -m hatchling build -t wheel -d dist \
    && python3 -m pip --python /opt/monitor/bin/python install --no-cache-dir --no-deps --no-index dist/*.whl

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="monitor" \
    org.opencontainers.image.description="A news-monitoring alert service: one story, one alert, with the reason" \
    org.opencontainers.image.licenses="MIT"
# The program belongs to root and cannot be changed by the user it runs as; /state is all that user may write.
RUN groupadd --gid 10001 monitor \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin monitor \
    && mkdir /watchlists /state \
    && chown 10001:10001 /state \
    && chmod 700 /state
COPY --from=build /opt/monitor /opt/monitor
ENV PATH=/opt/monitor/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MONITOR_WATCHLISTS=/watchlists \
    MONITOR_STATE=/state
USER 10001:10001
WORKDIR /
VOLUME ["/watchlists", "/state"]
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m --retries=3 CMD ["monitor", "status", "--check"]
ENTRYPOINT ["monitor"]
CMD ["run"]
