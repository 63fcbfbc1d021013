package io.paymentsaga.sandbox.stripe;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the simulator is told to do wrong, and what it does wrong by chance; nothing at first. Of
 * several faults that concern a call the one injected first hits, and only a call that none hits is
 * left to chance. Safe for use by many threads.
 */
public final class Mischief {
  private static final Logger LOG = LoggerFactory.getLogger(Mischief.class);
  private static final int REMEMBERED_INCIDENTS = 1_000;

  private final List<ApiFault> apiFaults = new ArrayList<>();
  private final Deque<Incident> incidents = new ArrayDeque<>();
  private final Clock clock;
  private WebhookFaults webhookFaults = WebhookFaults.NONE;
  private Odds odds = Odds.NONE;
  private Dice dice = new Dice(0);
  private CallLimits limits = CallLimits.NONE;

  Mischief(Clock clock) {
    this.clock = clock;
  }

  /** Adds a fault to those already there. */
  public synchronized void inject(ApiFault fault) {
    apiFaults.add(fault);
  }

  /** Replaces what goes wrong with webhooks. */
  public synchronized void onWebhooks(WebhookFaults faults) {
    webhookFaults = faults;
  }

  /** Replaces what is left to chance, and begins anew with its seed, which is logged. */
  public synchronized void take(Odds newOdds) {
    odds = newOdds;
    dice = new Dice(newOdds.seed());
    if (!newOdds.isCalm()) {
      LOG.info("Stripe leaves to chance, under the seed {}: {}", newOdds.seed(), newOdds.toJson());
    }
  }

  public synchronized void limit(CallLimits newLimits) {
    limits = newLimits;
  }

  /** Ends all mischief; what went wrong stays on record. */
  public synchronized void behave() {
    apiFaults.clear();
    webhookFaults = WebhookFaults.NONE;
    odds = Odds.NONE;
    limits = CallLimits.NONE;
  }

  synchronized boolean isCalm() {
    return apiFaults.isEmpty()
        && webhookFaults.inWords().isEmpty()
        && !webhookFaults.doubled()
        && odds.isCalm()
        && limits.equals(CallLimits.NONE);
  }

  synchronized Odds odds() {
    return odds;
  }

  synchronized CallLimits limits() {
    return limits;
  }

  /**
   * The fault that hits this call, which counts as used.
   *
   * @param operation the call's method and path, whatever the id in it
   */
  synchronized Optional<ApiFault> strike(
      String method, String path, String operation, String requestId) {
    Optional<ApiFault> fault = told(method, path);
    if (fault.isEmpty() && odds.api().concerns(method, path)) {
      fault = odds.api().draw(dice.next(operation));
    }
    fault.ifPresent(hit -> remember(method + " " + path, requestId, hit.inWords()));
    return fault;
  }

  private Optional<ApiFault> told(String method, String path) {
    for (int index = 0; index < apiFaults.size(); index++) {
      ApiFault fault = apiFaults.get(index);
      if (fault.concerns(method, path)) {
        if (fault.times() > 1) {
          apiFaults.set(index, fault.times(fault.times() - 1));
        } else {
          apiFaults.remove(index);
        }
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }

  /** What goes wrong with the delivery of this event. */
  synchronized WebhookFaults strike(SimulatedEvent event) {
    WebhookFaults faults =
        webhookFaults.concerns(event.type()) ? webhookFaults : WebhookFaults.NONE;
    if (odds.webhooks().concerns(event.type())) {
      faults = odds.webhooks().worsen(faults, dice.next("event " + event.type()));
    }
    if (!faults.inWords().isEmpty()) {
      remember(event.type(), event.id(), faults.inWords());
    }
    return faults;
  }

  /** Whether a change makes two events of this type. */
  synchronized boolean doubles(String type) {
    WebhookOdds chance = odds.webhooks();
    boolean doubled =
        (webhookFaults.doubled() && webhookFaults.concerns(type))
            || (chance.concerns(type)
                && dice.next("doubles " + type).nextDouble() < chance.twoEvents());
    if (doubled) {
      remember(type, "", "two events for one change");
    }
    return doubled;
  }

  /** Whether something happens that is as likely as this. */
  synchronized boolean happens(String what, double probability) {
    return dice.next(what).nextDouble() < probability;
  }

  synchronized void remember(String subject, String id, String what) {
    incidents.addFirst(new Incident(clock.instant(), subject, id, what));
    if (incidents.size() > REMEMBERED_INCIDENTS) {
      incidents.removeLast();
    }
  }

  /** The last thousand things that went wrong, newest first. */
  synchronized List<Incident> incidents() {
    return List.copyOf(incidents);
  }

  /** Replaces everything by what the JSON says; what it does not name is off. */
  synchronized void replace(SwitchReader switches) {
    switches.knowing("api", "webhooks", "odds", "limits");
    List<ApiFault> faults =
        switches.list("api").stream()
            .map(fault -> ApiFault.read(new SwitchReader((JsonObject) fault, "api")))
            .toList();
    WebhookFaults webhooks = WebhookFaults.read(switches.within("webhooks"));
    CallLimits newLimits = CallLimits.read(switches.within("limits"));
    Optional<Odds> newOdds =
        switches.json().containsKey("odds")
            ? Optional.of(Odds.read(switches.within("odds")))
            : Optional.empty();
    behave();
    apiFaults.addAll(faults);
    webhookFaults = webhooks;
    limits = newLimits;
    newOdds.ifPresent(this::take);
  }

  synchronized JsonObject toJson() {
    JsonArray faults = new JsonArray();
    apiFaults.forEach(fault -> faults.add(fault.toJson()));
    return new JsonObject()
        .put("api", faults)
        .put("webhooks", webhookFaults.toJson())
        .put("odds", odds.toJson())
        .put("limits", limits.toJson());
  }
}
