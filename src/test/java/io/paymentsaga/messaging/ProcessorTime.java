package io.paymentsaga.messaging;

import io.paymentsaga.sandbox.SandboxDatabase;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What PostgreSQL, the broker (the only Java process this one has started) and this process, the
 * service, have used of the processors so far.
 */
record ProcessorTime(Duration postgres, Duration broker, Duration service) {

  static ProcessorTime soFar(SandboxDatabase database) {
    ProcessHandle service = ProcessHandle.current();
    return new ProcessorTime(
        sum(database.processes()),
        sum(service.children().filter(ProcessorTime::isJava)),
        sum(Stream.of(service)));
  }

  ProcessorTime since(ProcessorTime start) {
    return new ProcessorTime(
        postgres.minus(start.postgres), broker.minus(start.broker), service.minus(start.service));
  }

  Duration total() {
    return postgres.plus(broker).plus(service);
  }

  private static boolean isJava(ProcessHandle process) {
    return process.info().command().filter(path -> path.endsWith("/java")).isPresent();
  }

  private static Duration sum(Stream<ProcessHandle> processes) {
    return processes
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
