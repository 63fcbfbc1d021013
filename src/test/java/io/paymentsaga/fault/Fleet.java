package io.paymentsaga.fault;

import io.paymentsaga.sandbox.ServiceProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Instances of the packaged service on one database, each of which may be dead at any time. */
final class Fleet implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(90);

  private final List<Instance> instances;
  private final AtomicInteger turns = new AtomicInteger();

  private Fleet(List<Instance> instances) {
    this.instances = instances;
  }

  /** Starts so many instances; returns when all can take payments. */
  static Fleet start(int size, Path directory, Map<String, String> environment) {
    Fleet fleet =
        new Fleet(
            IntStream.range(0, size)
                .mapToObj(number -> directory.resolve("instance-" + number))
                .map(own -> new Instance(ServiceProcess.packaged(own, environment)))
                .toList());
    fleet.instances.forEach(Instance::start);
    fleet.awaitReady();
    return fleet;
  }

  /** An instance that was ready a moment ago, each in its turn; empty when none was. */
  Optional<URI> anyReady() {
    List<URI> ready = instances.stream().flatMap(instance -> instance.ready().stream()).toList();
    return ready.isEmpty()
        ? Optional.empty()
        : Optional.of(ready.get(Math.floorMod(turns.getAndIncrement(), ready.size())));
  }

  /** SIGKILL, once it has been ready, and a new start, which is not waited for. */
  void killAndRestart(int number) {
    Instance victim = instances.get(number);
    victim.awaitReady();
    victim.kill();
    victim.start();
  }

  /** Returns when all can take payments. */
  void awaitReady() {
    instances.forEach(Instance::awaitReady);
  }

  @Override
  public void close() {
    instances.forEach(Instance::close);
  }

  private static final class Instance {
    private final ServiceProcess process;
    private CompletableFuture<Void> start;
    private volatile URI address;

    Instance(ServiceProcess process) {
      this.process = process;
    }

    Optional<URI> ready() {
      return Optional.ofNullable(address);
    }

    void start() {
      process.start();
      start =
          CompletableFuture.runAsync(
              () -> {
                process.awaitReady(START_PATIENCE);
                address = process.url();
              });
    }

    void awaitReady() {
      start.join();
    }

    void kill() {
      process.kill();
      address = null;
    }

    void close() {
      address = null;
      process.close();
    }
  }
}
