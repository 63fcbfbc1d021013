package io.paymentsaga.sandbox.participants;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/** A database and a broker for the participants' tests. */
final class EmbeddedParts implements AutoCloseable {
  private final EmbeddedPostgres database;
  private final Process broker;
  private final String kafkaBrokers;

  private EmbeddedParts(EmbeddedPostgres database, Process broker, String kafkaBrokers) {
    this.database = database;
    this.broker = broker;
    this.kafkaBrokers = kafkaBrokers;
  }

  static EmbeddedParts start(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    int port = freePort();
    Path properties = brokerProperties(directory, port, freePort());
    run(
            directory,
            "kafka.tools.StorageTool",
            "format",
            "-t",
            Uuid.randomUuid().toString(),
            "-c",
            properties.toString())
        .waitFor();
    Process broker = run(directory, "kafka.Kafka", properties.toString());
    return new EmbeddedParts(EmbeddedPostgres.start(), broker, "127.0.0.1:" + port);
  }

  String kafkaBrokers() {
    return kafkaBrokers;
  }

  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + database.getPort() + "/postgres";
  }

  String databaseUser() {
    return "postgres";
  }

  String databasePassword() {
    return "postgres";
  }

  void createTopics(List<String> names) throws InterruptedException, ExecutionException {
    try (Admin admin =
        Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafkaBrokers))) {
      admin
          .createTopics(names.stream().map(name -> new NewTopic(name, 3, (short) 1)).toList())
          .all()
          .get();
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    database.close();
    broker.destroy();
    broker.waitFor(20, TimeUnit.SECONDS);
    broker.destroyForcibly();
  }

  private static Process run(Path directory, String... command) throws IOException {
    Path classPath = Path.of("target", "test-classpath.txt");
    ProcessBuilder java =
        new ProcessBuilder("java", "-Xmx256m", "-cp", Files.readString(classPath));
    java.command().addAll(List.of(command));
    File log = directory.resolve("broker.log").toFile();
    return java.redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  private static Path brokerProperties(Path directory, int port, int controllerPort)
      throws IOException {
    String properties =
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        log.dirs=%3$s
        auto.create.topics.enable=false
        offsets.topic.num.partitions=1
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        group.initial.rebalance.delay.ms=0
        """
            .formatted(port, controllerPort, directory.resolve("log"));
    return Files.writeString(directory.resolve("server.properties"), properties);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
