package io.paymentsaga.messaging;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import kafka.tools.StorageTool;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.flywaydb.core.Flyway;

/** A real PostgreSQL, and a real broker in a process of its own, for the tests of this package. */
final class MessagingParts implements AutoCloseable {
  private final Path directory;
  private final int port = freePort();
  private final int controllerPort = freePort();
  private final EmbeddedPostgres postgres;
  private final HikariDataSource database;
  private Process broker;

  MessagingParts(Path directory) throws Exception {
    this.directory = directory;
    this.postgres =
        EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start();
    this.database = pool(databaseUrl());
    Flyway.configure().dataSource(database).load().migrate();
    formatBroker();
  }

  static HikariDataSource pool(String databaseUrl) {
    HikariConfig pool = new HikariConfig();
    pool.setJdbcUrl(databaseUrl);
    pool.setMaximumPoolSize(8);
    pool.setConnectionTimeout(500);
    return new HikariDataSource(pool);
  }

  HikariDataSource database() {
    return database;
  }

  String databaseUrl() {
    return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres?user=postgres";
  }

  /** Cuts every connection and lets nobody in, or lets everybody in again. */
  void databaseAway(boolean away) throws Exception {
    try (var connection = postgres.getTemplateDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS " + !away);
      if (away) {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'postgres'");
      }
    }
  }

  String brokers() {
    return "127.0.0.1:" + port;
  }

  void startBroker() throws Exception {
    broker =
        java(List.of("-Xmx384m", "-XX:+UseSerialGC"), "kafka.Kafka", serverProperties().toString());
    try (Admin admin = admin()) {
      admin.describeCluster().nodes().get(60, TimeUnit.SECONDS);
    }
  }

  void stopBroker() throws InterruptedException {
    broker.destroy();
    if (!broker.waitFor(20, TimeUnit.SECONDS)) {
      broker.destroyForcibly().waitFor();
    }
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", brokers(), "default.api.timeout.ms", 60000));
  }

  KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", brokers()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /**
   * All records of these topics from the beginning to the present end, each partition in its order.
   */
  List<ConsumerRecord<byte[], byte[]>> records(String... topics) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", brokers(), "auto.offset.reset", "earliest");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : topics) {
        consumer
            .partitionsFor(topic)
            .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(all::add);
      }
      return all;
    }
  }

  /** A context with the kafka properties of the service and these route files, not started. */
  CamelContext context(String prefix, String... routes) throws Exception {
    return contextAt(brokers(), prefix, routes);
  }

  static CamelContext contextAt(String brokers, String prefix, String... routes) throws Exception {
    CamelContext context = new DefaultCamelContext();
    Properties properties = new Properties();
    properties.put("kafka.brokers", brokers);
    properties.put("kafka.topic.prefix", prefix);
    context.getPropertiesComponent().setInitialProperties(properties);
    load(context, routes);
    return context;
  }

  static void load(CamelContext context, String... routes) throws Exception {
    for (String route : routes) {
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(
              ResourceHelper.resolveMandatoryResource(
                  context, "file:routes/" + route + ".camel.yaml"));
    }
  }

  /** Starts a Java process on this test's class path; its output goes to a file. */
  Process java(List<String> options, String mainClass, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(options);
    String classPath =
        String.join(
            File.pathSeparator,
            "target/test-classes",
            "target/classes",
            Files.readString(Path.of("target/test-classpath.txt")).strip());
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(List.of(arguments));
    File log = directory.resolve(mainClass + ".log").toFile();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  @Override
  public void close() throws Exception {
    if (broker != null) {
      stopBroker();
    }
    database.close();
    postgres.close();
  }

  private Path serverProperties() {
    return directory.resolve("server.properties");
  }

  private void formatBroker() throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put(
        "listeners", "CLIENT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    settings.put("advertised.listeners", "CLIENT://127.0.0.1:" + port);
    settings.put("listener.security.protocol.map", "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("inter.broker.listener.name", "CLIENT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    settings.put("log.dirs", directory.resolve("data").toString());
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    List<String> lines = new ArrayList<>();
    settings.forEach((key, value) -> lines.add(key + "=" + value));
    Files.write(serverProperties(), lines);
    int status =
        StorageTool.execute(
            new String[] {
              "format", "-t", Uuid.randomUuid().toString(), "-c", serverProperties().toString()
            },
            new PrintStream(directory.resolve("format.log").toFile(), StandardCharsets.UTF_8));
    if (status != 0) {
      throw new IllegalStateException("the broker's storage could not be formatted");
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
