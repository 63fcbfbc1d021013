package io.paymentsaga.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.ExchangeBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.SagaCompletionMode;
import org.apache.camel.model.SagaDefinition;
import org.apache.camel.model.SagaPropagation;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The service under each mode of Camel's saga pattern. */
@Timeout(60)
class SagaPropagationIT {
  @RegisterExtension static final SagaDatabase DATABASE = new SagaDatabase();

  /** The modes in which a route takes part in no saga. */
  private static final Set<SagaPropagation> OUTSIDE =
      EnumSet.of(SagaPropagation.NEVER, SagaPropagation.NOT_SUPPORTED);

  private static final String YAML =
      """
      - route:
          id: trip
          from:
            uri: direct:trip
            steps:
              - saga:
                  propagation: REQUIRES_NEW
                  completionMode: MANUAL
              - to:
                  uri: direct:hotel
              - to:
                  uri: saga:compensate
      - route:
          id: hotel
          from:
            uri: direct:hotel
            steps:
              - saga:
                  propagation: MANDATORY
                  compensation: direct:undo
                  option:
                    - key: booking
                      expression:
                        constant:
                          expression: hotel
              - log:
                  message: booked
      """;

  private SagaApplication application;

  @BeforeEach
  void prepare() {
    application = new SagaApplication(DATABASE);
  }

  @AfterEach
  void stop() {
    application.close();
  }

  /** A saga to be in, a route of each mode, and what undoes them. */
  private static final class Modes extends RouteBuilder {
    @Override
    public void configure() {
      for (SagaPropagation mode : SagaPropagation.values()) {
        SagaDefinition saga = from("direct:" + mode).routeId(mode.name()).saga().propagation(mode);
        if (!OUTSIDE.contains(mode)) {
          saga.compensation("direct:undo");
        }
        saga.choice()
            .when(header("fail"))
            .throwException(new IllegalStateException("failed in the body"))
            .end();
      }
      from("direct:manual")
          .routeId("manual")
          .saga()
          .completionMode(SagaCompletionMode.MANUAL)
          .compensation("direct:undo")
          .throwException(new IllegalStateException("failed in the body"));
    }
  }

  private RoutesBuilder undo() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:undo").routeId("undo").process(application::run);
      }
    };
  }

  private Exchange call(String uri, String sagaId, boolean fail) {
    return application
        .producer()
        .send(
            uri,
            exchange -> {
              exchange.getIn().setHeader(Exchange.SAGA_LONG_RUNNING_ACTION, sagaId);
              exchange.getIn().setHeader("fail", fail);
            });
  }

  private String openSaga() {
    return application
        .service()
        .newSaga(
            ExchangeBuilder.anExchange(application.context())
                .withProperty(SagaExchange.KIND, "outer")
                .build())
        .join()
        .getId();
  }

  private List<String> sagas() {
    return DATABASE
        .jdbc()
        .sql("SELECT kind || ' ' || state FROM saga ORDER BY started_at")
        .query(String.class)
        .list();
  }

  @ParameterizedTest
  @EnumSource(
      value = SagaPropagation.class,
      names = {"REQUIRED", "REQUIRES_NEW"})
  void a_new_saga_is_completed_by_the_success_of_its_route(SagaPropagation mode) throws Exception {
    application.start(new Modes(), undo());

    assertThat(call("direct:" + mode, null, false).getException()).isNull();

    assertThat(sagas()).containsExactly(mode + " COMPLETED");
  }

  @ParameterizedTest
  @EnumSource(
      value = SagaPropagation.class,
      names = {"REQUIRED", "REQUIRES_NEW"})
  void a_new_saga_is_compensated_by_the_failure_of_its_route(SagaPropagation mode)
      throws Exception {
    application.start(new Modes(), undo());

    assertThat(call("direct:" + mode, null, true).getException()).hasMessage("failed in the body");

    await().untilAsserted(() -> assertThat(sagas()).containsExactly(mode + " COMPENSATED"));
    assertThat(application.runs()).containsExactly("undo");
  }

  @ParameterizedTest
  @EnumSource(
      value = SagaPropagation.class,
      names = {"REQUIRED", "MANDATORY", "SUPPORTS"})
  void a_saga_that_is_there_is_joined_and_not_decided(SagaPropagation mode) throws Exception {
    application.start(new Modes(), undo());
    String sagaId = openSaga();

    assertThat(call("direct:" + mode, sagaId, false).getException()).isNull();
    assertThat(call("direct:" + mode, sagaId, true).getException()).isNotNull();

    assertThat(sagas()).containsExactly("outer STARTED");
    assertThat(DATABASE.steps(sagaId))
        .extracting(step -> step.get("name"))
        .containsExactly(mode.name(), mode.name());
  }

  @Test
  void requires_new_leaves_the_saga_that_is_there_alone() throws Exception {
    application.start(new Modes(), undo());
    String sagaId = openSaga();

    Exchange answer = call("direct:REQUIRES_NEW", sagaId, false);

    assertThat(sagas()).containsExactly("outer STARTED", "REQUIRES_NEW COMPLETED");
    assertThat(answer.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION)).isEqualTo(sagaId);
  }

  @Test
  void not_supported_takes_no_part_in_the_saga_that_is_there() throws Exception {
    application.start(new Modes(), undo());
    String sagaId = openSaga();

    Exchange answer = call("direct:NOT_SUPPORTED", sagaId, false);

    assertThat(answer.getMessage().getHeader(Exchange.SAGA_LONG_RUNNING_ACTION)).isEqualTo(sagaId);
    assertThat(DATABASE.steps(sagaId)).isEmpty();
  }

  @Test
  void never_refuses_a_saga() throws Exception {
    application.start(new Modes(), undo());

    assertThat(call("direct:NEVER", openSaga(), false).getException()).isNotNull();
    assertThat(call("direct:NEVER", null, false).getException()).isNull();
  }

  @Test
  void mandatory_needs_a_saga() throws Exception {
    application.start(new Modes(), undo());

    assertThat(call("direct:MANDATORY", null, false).getException()).isNotNull();
    assertThat(call("direct:SUPPORTS", null, false).getException()).isNull();
    assertThat(sagas()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = SagaPropagation.class,
      names = {"REQUIRED", "MANDATORY", "SUPPORTS", "NEVER", "NOT_SUPPORTED", "REQUIRES_NEW"})
  void no_mode_takes_an_unknown_saga_for_none(SagaPropagation mode) throws Exception {
    application.start(new Modes(), undo());

    assertThat(call("direct:" + mode, "unknown", false).getException(UnknownSagaException.class))
        .isNotNull();
    assertThat(sagas()).isEmpty();
  }

  @Test
  void by_hand_a_failure_decides_nothing() throws Exception {
    application.start(new Modes(), undo());

    assertThat(call("direct:manual", null, false).getException()).isNotNull();

    assertThat(sagas()).containsExactly("manual STARTED");
  }

  @Test
  void a_saga_in_yaml_is_the_same() throws Exception {
    application.start(undo());
    Resource yaml = ResourceHelper.fromString("trip.camel.yaml", YAML);
    PluginHelper.getRoutesLoader(application.context()).loadRoutes(yaml);

    assertThat(call("direct:trip", null, false).getException()).isNull();

    await().untilAsserted(() -> assertThat(sagas()).containsExactly("trip COMPENSATED"));
    assertThat(application.runs()).containsExactly("undo");
  }
}
