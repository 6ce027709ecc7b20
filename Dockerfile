# One image for every role. The stage that builds stays behind; what runs has no pip, no compiler and no shell user.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY deploy/build.sh deploy/build.lock deploy/image.lock deploy/
COPY pyproject.toml README.md LICENSE ./
COPY migrations migrations
COPY app app
RUN deploy/build.sh /opt/hushgate

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 hushgate \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/hushgate --create-home --shell /usr/sbin/nologin hushgate \
    && chmod 0700 /var/lib/hushgate \
    && rm -rf /usr/local/bin/pip* /usr/local/lib/python3.11/ensurepip /usr/local/lib/python3.11/site-packages/*
COPY --from=build /opt/hushgate /opt/hushgate
ENV PATH=/opt/hushgate/bin:$PATH \
    HUSHGATE_HOME=/var/lib/hushgate \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /var/lib/hushgate
# The only place that is written to; the root file system may be read-only.
VOLUME ["/var/lib/hushgate"]
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8081/healthz', timeout=3)"]
ENTRYPOINT ["hushgate"]
CMD ["serve", "--host", "0.0.0.0"]
