package io.paymentsaga.http.server;

import io.paymentsaga.http.ProblemType;
import io.vertx.core.Context;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** One call, whose whole body is here, on its way through its {@link CallLane}. */
final class CallTurn {
  private static final int UNAVAILABLE = ProblemType.UNAVAILABLE.status();

  private final RoutingContext call;
  private final CallLane lane;
  private final Context context;
  private State state = State.NEW;

  private enum State {
    NEW,
    PASSED,
    /** A thread works on it. */
    BEGUN,
    LEFT
  }

  CallTurn(RoutingContext call, CallLane lane) {
    this.call = call;
    this.lane = lane;
    this.context = call.vertx().getOrCreateContext();
  }

  void pass() {
    move(State.NEW, State.PASSED);
    call.next();
  }

  void await(Duration patience) {
    call.vertx()
        .setTimer(
            patience.toMillis(),
            late -> {
              if (lane.giveUp(this)) {
                refuse();
              }
            });
  }

  void passAtLast() {
    context.runOnContext(
        now -> {
          if (call.response().closed()) {
            lane.leave();
          } else {
            move(State.NEW, State.PASSED);
            call.next();
          }
        });
  }

  void refuse() {
    call.response().putHeader("Retry-After", "1");
    call.fail(UNAVAILABLE);
  }

  /** Whether the call still has its place, which it keeps until it is done. */
  boolean begin() {
    return move(State.PASSED, State.BEGUN);
  }

  void done() {
    if (move(State.BEGUN, State.LEFT)) {
      lane.leave();
    }
  }

  /** The answer is out, or nobody is there to take it. */
  void answered() {
    lane.giveUp(this);
    if (move(State.PASSED, State.LEFT)) {
      lane.leave();
    }
  }

  private synchronized boolean move(State from, State to) {
    if (state != from) {
      return false;
    }
    state = to;
    return true;
  }
}
