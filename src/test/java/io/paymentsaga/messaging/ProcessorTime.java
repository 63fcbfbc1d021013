package io.paymentsaga.messaging;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * What this process and the servers it has started have used of the processors so far.
 *
 * @param service this process
 */
record ProcessorTime(Duration postgres, Duration broker, Duration service) {

  static ProcessorTime soFar() {
    ProcessHandle self = ProcessHandle.current();
    return new ProcessorTime(
        sum(self.descendants().filter(process -> runs(process, "postgres"))),
        sum(self.descendants().filter(process -> runs(process, "java"))),
        sum(Stream.of(self)));
  }

  ProcessorTime since(ProcessorTime start) {
    return new ProcessorTime(
        postgres.minus(start.postgres), broker.minus(start.broker), service.minus(start.service));
  }

  Duration total() {
    return postgres.plus(broker).plus(service);
  }

  private static boolean runs(ProcessHandle process, String program) {
    return process.info().command().filter(path -> path.endsWith("/" + program)).isPresent();
  }

  private static Duration sum(Stream<ProcessHandle> processes) {
    return processes
        .flatMap(process -> process.info().totalCpuDuration().stream())
        .reduce(Duration.ZERO, Duration::plus);
  }
}
