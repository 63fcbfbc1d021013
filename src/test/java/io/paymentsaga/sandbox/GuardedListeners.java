package io.paymentsaga.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Further entrances to a {@link SandboxBroker}, through which one may do only what ACLs allow: one
 * for {@code SASL_PLAINTEXT} and one for {@code SASL_SSL} with certificates on both sides. The
 * plain entrance stays, for those who set the broker up: whoever comes that way may do anything.
 */
public final class GuardedListeners {
  private static final String USER = "payments";
  private static final Map<String, String> NAMES =
      Map.of("SASL_PLAINTEXT", "SASL", "SASL_SSL", "TLS");

  private final Map<String, Integer> ports = new LinkedHashMap<>();
  private final String password = Secret.random();
  private final String keysPassword = Secret.random();
  private final Path keys;

  GuardedListeners(Path directory) {
    keys = directory.resolve("keys.p12");
    List<Integer> free = LoopbackPort.free(NAMES.size());
    NAMES.keySet().forEach(protocol -> ports.put(protocol, free.get(ports.size())));
  }

  /** Who a client is to Kafka that comes through here. */
  public String principal() {
    return "User:" + USER;
  }

  /** Must appear in no log. */
  public String password() {
    return password;
  }

  /** How the service is told to come this way. */
  public Map<String, String> serviceEnvironment(String protocol) {
    Map<String, String> environment = new HashMap<>();
    environment.put("KAFKA_BROKERS", LoopbackPort.HOST + ":" + ports.get(protocol));
    environment.put("KAFKA_SECURITY_PROTOCOL", protocol);
    environment.put("KAFKA_SASL_MECHANISM", "PLAIN");
    environment.put(
        "KAFKA_SASL_JAAS_CONFIG",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(USER, password));
    if (protocol.equals("SASL_SSL")) {
      for (String store : new String[] {"TRUSTSTORE", "KEYSTORE"}) {
        environment.put("KAFKA_SSL_" + store + "_LOCATION", keys.toString());
        environment.put("KAFKA_SSL_" + store + "_PASSWORD", keysPassword);
        environment.put("KAFKA_SSL_" + store + "_TYPE", "PKCS12");
      }
    }
    return environment;
  }

  /** One self-signed certificate, which both sides show and trust. */
  void makeKeys() {
    ProcessBuilder keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "sandbox",
                "-dname",
                "CN=sandbox",
                "-ext",
                "SAN=IP:" + LoopbackPort.HOST,
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-storepass",
                keysPassword,
                "-keystore",
                keys.toString())
            .inheritIO();
    try {
      Files.createDirectories(keys.getParent());
      int status = keytool.start().waitFor();
      if (status != 0) {
        throw new IllegalStateException("keytool failed with status " + status);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while making keys", e);
    }
  }

  /** Adds the entrances to a broker's properties. */
  void addTo(Map<String, String> properties) {
    ports.forEach(
        (protocol, port) -> {
          String name = NAMES.get(protocol);
          String address = ",%s://%s:%d".formatted(name, LoopbackPort.HOST, port);
          properties.merge("listeners", address, String::concat);
          properties.merge("advertised.listeners", address, String::concat);
          properties.merge(
              "listener.security.protocol.map", "," + name + ":" + protocol, String::concat);
          String listener = "listener.name." + name.toLowerCase(Locale.ROOT) + ".";
          properties.put(listener + "sasl.enabled.mechanisms", "PLAIN");
          properties.put(
              listener + "plain.sasl.jaas.config",
              "org.apache.kafka.common.security.plain.PlainLoginModule required user_%s=\"%s\";"
                  .formatted(USER, password));
        });
    String tls = "listener.name.tls.ssl.";
    properties.put(tls + "client.auth", "required");
    for (String store : new String[] {"truststore", "keystore"}) {
      properties.put(tls + store + ".location", keys.toString());
      properties.put(tls + store + ".password", keysPassword);
      properties.put(tls + store + ".type", "PKCS12");
    }
    properties.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    properties.put("super.users", "User:ANONYMOUS");
  }
}
