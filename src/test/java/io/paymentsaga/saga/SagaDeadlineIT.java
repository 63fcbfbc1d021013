package io.paymentsaga.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.SagaCompletionMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** By when a saga has to come to its outcome, and who says so. */
@Timeout(60)
class SagaDeadlineIT {
  @RegisterExtension static final SagaDatabase DATABASE = new SagaDatabase();

  private static final Duration SOON = Duration.ofMillis(300);
  private static final Duration LATE = Duration.ofHours(1);

  private final List<DueSaga> looks = new CopyOnWriteArrayList<>();
  private SagaApplication application;
  private JdbcSagaService service;

  @BeforeEach
  void prepare() {
    application = new SagaApplication(DATABASE);
    service = application.service();
  }

  @AfterEach
  void stop() {
    application.close();
  }

  private void start() throws Exception {
    application.start(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:book")
                .routeId("book")
                .saga()
                .completionMode(SagaCompletionMode.MANUAL)
                .compensation("direct:cancel")
                .log("booked");
            from("direct:cancel").routeId("cancel").process(application::run);
          }
        });
  }

  private void startAndLook() throws Exception {
    service.setHooks(
        saga -> {
          looks.add(saga);
          return Optional.of(LATE);
        });
    start();
  }

  /**
   * @param timeout null for none
   */
  private String book(Object timeout) {
    Exchange booked =
        application
            .producer()
            .send("direct:book", exchange -> exchange.setProperty(SagaExchange.TIMEOUT, timeout));
    assertThat(booked.getException()).isNull();
    return booked.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, String.class);
  }

  private static Instant time(String sagaId, String column) {
    return ((Timestamp) DATABASE.saga(sagaId).get(column)).toInstant();
  }

  @Test
  void a_saga_opened_with_a_timeout_is_looked_at_when_it_has_passed() throws Exception {
    startAndLook();

    String sagaId = book(SOON.toMillis());

    assertThat(time(sagaId, "deadline"))
        .isEqualTo(time(sagaId, "started_at").plus(SOON))
        .isEqualTo(time(sagaId, "due_at"));
    await().until(() -> looks.size() == 1);
    assertThat(looks.get(0)).isEqualTo(new DueSaga(sagaId, "book", SagaState.STARTED, true, 0));
  }

  @Test
  void a_timeout_may_be_text_as_routes_write_it() throws Exception {
    startAndLook();

    String sagaId = book("45000");

    assertThat(time(sagaId, "deadline")).isEqualTo(time(sagaId, "started_at").plusSeconds(45));
  }

  @Test
  void a_saga_opened_without_a_timeout_has_no_deadline_and_is_looked_at_all_the_same()
      throws Exception {
    startAndLook();

    String sagaId = book(null);

    assertThat(DATABASE.saga(sagaId)).containsEntry("deadline", null);
    assertThat(time(sagaId, "due_at")).isEqualTo(time(sagaId, "started_at").plus(LATE));
  }

  @Test
  void a_saga_whose_timeout_has_passed_is_compensated() throws Exception {
    start();

    String sagaId = book(SOON.toMillis());

    await().until(() -> DATABASE.state(sagaId) == SagaState.COMPENSATED);
    assertThat(application.runs()).containsExactly("cancel");
  }

  @Test
  void a_saga_expected_sooner_is_looked_at_sooner() throws Exception {
    startAndLook();
    String sagaId = book(LATE.toMillis());
    Instant deadline = Instant.now().plus(SOON).truncatedTo(ChronoUnit.MICROS);

    service.expectBy(sagaId, deadline);

    assertThat(time(sagaId, "deadline")).isEqualTo(deadline).isEqualTo(time(sagaId, "due_at"));
    await().until(() -> looks.size() == 1);
    assertThat(looks.get(0).deadlinePassed()).isTrue();
  }

  @Test
  void a_saga_expected_later_is_looked_at_as_before_and_not_overdue() throws Exception {
    startAndLook();
    String sagaId = book(SOON.toMillis());

    service.expectBy(sagaId, Instant.now().plus(LATE));

    await().until(() -> looks.size() == 1);
    assertThat(looks.get(0).deadlinePassed()).isFalse();
    assertThat(DATABASE.state(sagaId)).isEqualTo(SagaState.STARTED);
  }

  @Test
  void nothing_is_expected_of_a_saga_whose_outcome_is_decided() throws Exception {
    start();
    String sagaId = book(null);
    service.advance(sagaId, SagaState.FAILED, Set.of(), SagaCause.of("test"));

    service.expectBy(sagaId, Instant.now());

    assertThat(DATABASE.saga(sagaId)).containsEntry("deadline", null).containsEntry("due_at", null);
  }
}
