package io.paymentsaga.sandbox.participants;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the participants find their parts.
 *
 * @param kafkaBrokers bootstrap servers, comma-separated; they need not be there yet
 * @param topicPrefix before every topic name and consumer group; may be empty
 * @param jdbcUrl a PostgreSQL database, which must be there; the three schemas are created in it
 * @param httpPort {@code 0} picks a free one
 * @param mailDirectory where mails are written; created when missing
 */
public record ParticipantsSettings(
    String kafkaBrokers,
    String topicPrefix,
    String jdbcUrl,
    String databaseUser,
    String databasePassword,
    String httpHost,
    int httpPort,
    Path mailDirectory) {

  /** Refuses missing values. */
  public ParticipantsSettings {
    Objects.requireNonNull(kafkaBrokers);
    Objects.requireNonNull(topicPrefix);
    Objects.requireNonNull(jdbcUrl);
    Objects.requireNonNull(databaseUser);
    Objects.requireNonNull(databasePassword);
    Objects.requireNonNull(httpHost);
    Objects.requireNonNull(mailDirectory);
  }
}
