FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
COPY .mvn .mvn
COPY src src
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp package -DskipTests

FROM build AS sandbox-build
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp dependency:copy-dependencies \
    -DincludeScope=test -DoutputDirectory=target/sandbox-lib

FROM eclipse-temurin:17-jre-noble AS jre
RUN useradd --system --uid 10001 --no-create-home payments
WORKDIR /opt/payment-saga-service
USER 10001

# The Stripe simulator and the token issuer; never a part of the service.
FROM jre AS sandbox
COPY --from=sandbox-build /build/target/sandbox-lib lib
COPY --from=sandbox-build /build/target/classes classes
COPY --from=sandbox-build /build/target/test-classes test-classes
ENTRYPOINT ["java", "-Xmx256m", "-cp", "test-classes:classes:lib/*"]

FROM jre AS service
COPY --from=build /build/target/lib lib
COPY --from=build /build/target/payment-saga-service.jar ./
COPY application.properties ./
COPY routes routes
EXPOSE 5005
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD curl -fsS "http://127.0.0.1:${PORT:-5005}/health/live" || exit 1
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-jar", "payment-saga-service.jar"]
