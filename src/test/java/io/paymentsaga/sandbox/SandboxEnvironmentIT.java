package io.paymentsaga.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SandboxEnvironmentIT {
  @RegisterExtension static final SandboxEnvironment sandbox = new SandboxEnvironment();
  @RegisterExtension static final SandboxEnvironment other = new SandboxEnvironment();

  @Test
  void every_class_has_its_own_database_on_one_server() throws SQLException {
    try (Connection connection = sandbox.database().dataSource().getConnection();
        Connection otherConnection = other.database().dataSource().getConnection()) {
      assertThat(connection.getCatalog()).isNotEqualTo(otherConnection.getCatalog());
    }
  }

  @Test
  void every_class_has_its_own_topics_on_one_broker()
      throws ExecutionException, InterruptedException {
    assertThat(sandbox.topicPrefix()).isNotEqualTo(other.topicPrefix());
    assertThat(sandbox.bootstrapServers()).isEqualTo(other.bootstrapServers());

    try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()))) {
      assertThat(admin.describeCluster().nodes().get()).hasSize(1);
    }
  }

  @Test
  void a_service_can_be_started_on_it() {
    assertThat(sandbox.serviceEnvironment())
        .containsEntry("KAFKA_TOPIC_PREFIX", sandbox.topicPrefix())
        .containsEntry("DATABASE_URL", sandbox.database().url());
  }
}
