package io.paymentsaga.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.SagaCompletionMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An operator has a saga that gave up try again. */
@Timeout(60)
class SagaRetryIT {
  @RegisterExtension static final SagaDatabase DATABASE = new SagaDatabase();

  private static final SagaCause OPERATOR =
      new SagaCause("operator", null, "ada", "the hotel is open again");

  private SagaApplication application;
  private JdbcSagaService service;

  @BeforeEach
  void start() throws Exception {
    application = new SagaApplication(DATABASE);
    service = application.service();
    application.start(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:book")
                .routeId("book")
                .saga()
                .completionMode(SagaCompletionMode.MANUAL)
                .compensation("direct:cancel")
                .completion("direct:confirm")
                .log("booked");
            from("direct:cancel").routeId("cancel").process(application::run);
            from("direct:confirm").routeId("confirm").process(application::run);
            from("direct:compensate").routeId("compensate").to("saga:compensate");
            from("direct:complete").routeId("complete").to("saga:complete");
          }
        });
  }

  @AfterEach
  void stop() {
    application.close();
  }

  /** Two bookings in one saga. */
  private String book() {
    Exchange booked = application.send("direct:book", null);
    String sagaId = booked.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION, String.class);
    application.send("direct:book", sagaId);
    return sagaId;
  }

  /** A saga that was sent there and gave up. */
  private String stuck(String decision, String participant) {
    application.participant(
        participant,
        exchange -> {
          throw new IllegalStateException("closed");
        });
    String sagaId = book();
    application.send(decision, sagaId);
    awaitState(sagaId, SagaState.FAILED);
    application.runs().clear();
    return sagaId;
  }

  private static void awaitState(String sagaId, SagaState state) {
    await().until(() -> DATABASE.state(sagaId) == state);
  }

  @Test
  void compensations_that_were_given_up_are_run_again() {
    String sagaId = stuck("direct:compensate", "cancel");
    application.participant("cancel", exchange -> {});

    assertThat(service.retry(sagaId, OPERATOR)).isTrue();

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(application.runs()).containsExactly("cancel", "cancel");
    assertThat(DATABASE.saga(sagaId)).containsEntry("reason", null);
  }

  @Test
  void completions_that_were_given_up_are_run_again() {
    String sagaId = stuck("direct:complete", "confirm");
    application.participant("confirm", exchange -> {});

    assertThat(service.retry(sagaId, OPERATOR)).isTrue();

    awaitState(sagaId, SagaState.COMPLETED);
    assertThat(application.runs()).containsExactly("confirm", "confirm");
  }

  @Test
  void what_was_done_before_is_not_done_again() {
    application.participant(
        "cancel",
        exchange -> {
          if (application.runs().size() > 1) {
            throw new IllegalStateException("closed");
          }
        });
    String sagaId = book();
    application.send("direct:compensate", sagaId);
    awaitState(sagaId, SagaState.FAILED);
    application.runs().clear();
    application.participant("cancel", exchange -> {});

    service.retry(sagaId, OPERATOR);

    awaitState(sagaId, SagaState.COMPENSATED);
    assertThat(application.runs()).containsExactly("cancel");
  }

  @Test
  void there_is_a_fresh_round_of_attempts() {
    String sagaId = stuck("direct:compensate", "cancel");

    service.retry(sagaId, OPERATOR);

    await().until(() -> application.runs().size() == 3);
    awaitState(sagaId, SagaState.FAILED);
    assertThat(application.runs()).hasSize(3);
  }

  @Test
  void the_history_says_who_wanted_it_and_why() {
    String sagaId = stuck("direct:compensate", "cancel");
    application.participant("cancel", exchange -> {});

    service.retry(sagaId, OPERATOR);

    Map<String, Object> entry =
        DATABASE
            .jdbc()
            .sql("SELECT * FROM saga_history WHERE saga_id = :sagaId AND from_state = 'FAILED'")
            .param("sagaId", sagaId)
            .query()
            .singleRow();
    assertThat(entry)
        .containsEntry("type", "state")
        .containsEntry("to_state", "COMPENSATING")
        .containsEntry("cause", "operator")
        .containsEntry("actor", "ada")
        .containsEntry("detail", "the hotel is open again");
  }

  @Test
  void asking_again_while_it_goes_on_changes_nothing() {
    String sagaId = stuck("direct:compensate", "cancel");
    CountDownLatch open = new CountDownLatch(1);
    application.participant("cancel", exchange -> open.await());

    assertThat(service.retry(sagaId, OPERATOR)).isTrue();
    List<String> history = DATABASE.history(sagaId);
    assertThat(service.retry(sagaId, OPERATOR)).isTrue();

    assertThat(DATABASE.history(sagaId)).isEqualTo(history);
    open.countDown();
    awaitState(sagaId, SagaState.COMPENSATED);
  }

  @Test
  void a_saga_that_has_not_given_up_is_left_alone() {
    String active = book();
    String ended = book();
    application.send("direct:compensate", ended);
    awaitState(ended, SagaState.COMPENSATED);
    List<String> history = DATABASE.history(ended);

    assertThat(service.retry(active, OPERATOR)).isFalse();
    assertThat(service.retry(ended, OPERATOR)).isFalse();

    assertThat(DATABASE.history(active)).containsExactly("started");
    assertThat(DATABASE.history(ended)).isEqualTo(history);
    assertThat(DATABASE.state(active)).isEqualTo(SagaState.STARTED);
  }

  @Test
  void a_saga_that_was_stopped_before_its_decision_has_nothing_to_try_again() {
    String sagaId = book();
    service.fail(sagaId, "the amounts differ", OPERATOR);

    assertThat(service.retry(sagaId, OPERATOR)).isFalse();

    assertThat(DATABASE.saga(sagaId))
        .containsEntry("state", "FAILED")
        .containsEntry("reason", "the amounts differ");
  }

  @Test
  void an_unknown_saga_cannot_be_retried() {
    assertThatThrownBy(() -> service.retry("nonsense", OPERATOR))
        .isInstanceOf(UnknownSagaException.class);
  }
}
