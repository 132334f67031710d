package io.edgebeat.core.node;

import io.edgebeat.api.identity.Address;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.engine.Fact;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** What a flight recording shows of the agreements of a node; costs nothing while none is made. */
@Name("io.edgebeat.Fact")
@Label("Agreement Fact")
@Description("Something that a node has decided or learned about one of its agreements, durably")
@Category("EdgeBeat")
@StackTrace(false)
final class FactEvent extends Event {
  @Label("Account")
  String account = "";

  @Label("Negotiation")
  String negotiation = "";

  @Label("Role")
  String role = "";

  @Label("Fact")
  String fact = "";

  @Label("Details")
  String details = "";

  /** Shows a fact in the recording that is being made, if there is one. */
  static void record(Address account, AgreementSide side, String role, Fact fact) {
    FactEvent event = new FactEvent();
    if (event.isEnabled()) {
      event.account = account.toString();
      event.negotiation = side.negotiation().toString();
      event.role = role;
      event.fact = Facts.name(fact);
      event.details = Facts.details(fact).toString();
      event.commit();
    }
  }
}
