package io.paymentsaga.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/**
 * A real Kafka broker of one node in KRaft mode, a process of its own on 127.0.0.1. It creates no
 * topic by itself. It survives {@link #kill()} and {@link #stop()}: {@link #restart()} goes on with
 * the same data on the same port.
 */
public final class SandboxBroker implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP_GRACE = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(50);

  private final Path directory;
  private final int port;
  private final int controllerPort;
  private final Optional<GuardedListeners> guarded;
  private ChildProcess process;

  private SandboxBroker(Path directory, int port, Optional<GuardedListeners> guarded) {
    this.directory = directory;
    this.guarded = guarded;
    List<Integer> free = LoopbackPort.free(2);
    this.port = port == 0 ? free.get(0) : port;
    this.controllerPort = free.get(1);
  }

  /** Starts a broker on a free port; returns when it answers. */
  public static SandboxBroker start(Path directory) {
    return start(directory, 0);
  }

  /**
   * Starts a broker; returns when it answers.
   *
   * @param directory holds its data, log and process record
   * @param port 0 for a free one
   */
  public static SandboxBroker start(Path directory, int port) {
    return start(new SandboxBroker(directory, port, Optional.empty()));
  }

  /** Starts a broker that has {@link #guarded()} listeners too; returns when it answers. */
  public static SandboxBroker startGuarded(Path directory) {
    GuardedListeners guarded = new GuardedListeners(directory);
    guarded.makeKeys();
    return start(new SandboxBroker(directory, 0, Optional.of(guarded)));
  }

  private static SandboxBroker start(SandboxBroker broker) {
    broker.format();
    broker.launch();
    return broker;
  }

  /** The other ways in, of a broker that was started with them. */
  public GuardedListeners guarded() {
    return guarded.orElseThrow();
  }

  /** What clients connect to: {@code 127.0.0.1:PORT}. */
  public String bootstrapServers() {
    return LoopbackPort.HOST + ":" + port;
  }

  /** SIGTERM: the broker writes everything to disk and leaves in order. */
  public void stop() {
    process.terminate(STOP_GRACE);
  }

  /** SIGKILL. */
  public void kill() {
    process.kill();
  }

  /** SIGSTOP: clients stay connected and get no answer until {@link #thaw()}. */
  public void freeze() {
    process.freeze();
  }

  public void thaw() {
    process.thaw();
  }

  /** Starts the stopped or killed broker again; returns when it answers. */
  public void restart() {
    launch();
  }

  /** Stops the broker and leaves its files. */
  @Override
  public void close() {
    stop();
  }

  private void format() {
    try {
      Files.createDirectories(directory);
      Files.writeString(properties(), serverProperties());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    int status =
        StorageTool.execute(
            new String[] {
              "format", "-t", Uuid.randomUuid().toString(), "-c", properties().toString()
            },
            new PrintStream(output, true, StandardCharsets.UTF_8));
    if (status != 0) {
      throw new IllegalStateException(
          "Could not format the broker's storage: " + output.toString(StandardCharsets.UTF_8));
    }
  }

  private String serverProperties() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", "1");
    properties.put(
        "listeners",
        "CLIENT://%1$s:%2$d,CONTROLLER://%1$s:%3$d"
            .formatted(LoopbackPort.HOST, port, controllerPort));
    properties.put("advertised.listeners", "CLIENT://" + bootstrapServers());
    properties.put("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    properties.put("inter.broker.listener.name", "CLIENT");
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put(
        "controller.quorum.voters", "1@%s:%d".formatted(LoopbackPort.HOST, controllerPort));
    properties.put("log.dirs", directory.resolve("data").toString());
    properties.put("auto.create.topics.enable", "false");
    properties.put("default.replication.factor", "1");
    properties.put("offsets.topic.replication.factor", "1");
    properties.put("offsets.topic.num.partitions", "1");
    properties.put("transaction.state.log.replication.factor", "1");
    properties.put("transaction.state.log.min.isr", "1");
    properties.put("transaction.state.log.num.partitions", "1");
    // A broker that was killed may come back only when its old session has run out.
    properties.put("broker.session.timeout.ms", "3000");
    properties.put("broker.heartbeat.interval.ms", "500");
    properties.put("group.initial.rebalance.delay.ms", "0");
    guarded.ifPresent(listeners -> listeners.addTo(properties));
    return properties.entrySet().stream()
        .map(property -> property.getKey() + "=" + property.getValue() + "\n")
        .collect(Collectors.joining());
  }

  private void launch() {
    ProcessBuilder command =
        new ProcessBuilder(
                BuildOutput.java(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-cp",
                BuildOutput.sandboxClassPath(),
                "kafka.Kafka",
                properties().toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    process =
        ChildProcess.start(command, new PidFile(directory.resolve("broker" + PidFile.EXTENSION)));
    try {
      awaitReady();
    } catch (RuntimeException e) {
      process.kill();
      throw e;
    }
  }

  private void awaitReady() {
    Instant deadline = Instant.now().plus(START_PATIENCE);
    // The port first: an admin client logs every connection that is refused.
    while (!LoopbackPort.accepts(port)) {
      failUnlessStarting(deadline);
    }
    Map<String, Object> configuration =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers(),
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            (int) START_PATIENCE.toMillis());
    try (Admin admin = Admin.create(configuration)) {
      admin.describeCluster().nodes().get(START_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("Kafka does not answer, see " + log(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while Kafka was starting", e);
    }
  }

  private void failUnlessStarting(Instant deadline) {
    if (process.exitsWithin(POLL) || Instant.now().isAfter(deadline)) {
      throw new IllegalStateException("Kafka did not start, see " + log());
    }
  }

  private Path properties() {
    return directory.resolve("server.properties");
  }

  private Path log() {
    return directory.resolve("broker.log");
  }
}
