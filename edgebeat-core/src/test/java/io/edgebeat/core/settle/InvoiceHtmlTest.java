package io.edgebeat.core.settle;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.Usage;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class InvoiceHtmlTest {
  private static final String HOSTILE =
      "</td><script>alert(1)</script>\"'&lt;\u202e<img src=x onerror=y>\u0007";

  private static Invoice invoice(String outcome, Map<String, Long> messages) {
    ContentId image = ContentId.ofRaw(new byte[] {1});
    return new Invoice(
        AgreementId.parse("6a".repeat(32)),
        Address.parse("b0".repeat(20)),
        Address.parse("5e".repeat(20)),
        Edg.of("5"),
        Edg.of("1"),
        Edg.of("0.1"),
        Edg.of("0.2"),
        Edg.of("0.3"),
        4,
        Edg.of("2.1"),
        Edg.of("0.1"),
        Edg.of("3.9"),
        List.of(
            new Invoice.Line(
                1, image, outcome, Optional.of(image), new Usage(1, 2, 3, 4, 5, messages))));
  }

  /** As strict as XML but for the words that have no end. */
  private static Document parsed(String page) throws Exception {
    String xml = page.replace("<!DOCTYPE html>", "").replace("<meta charset=\"utf-8\">", "");
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  @Test
  void namesEveryAmountInTablesThatAReaderCanFollow() throws Exception {
    String page = InvoiceHtml.of(invoice("Completed", Map.of()));
    Document document = parsed(page);
    assertThat(document.getElementsByTagName("caption").getLength()).isEqualTo(3);
    for (int i = 0; i < document.getElementsByTagName("th").getLength(); i++) {
      assertThat(
              document
                  .getElementsByTagName("th")
                  .item(i)
                  .getAttributes()
                  .getNamedItem("scope")
                  .getNodeValue())
          .isIn("row", "col");
    }
    assertThat(page)
        .startsWith("<!DOCTYPE html>\n<html lang=\"en\">")
        .contains("<td>4 x 0.3 EDG</td><td class=\"amount\">1.2 EDG</td>")
        .contains("<th scope=\"row\">Result</th><td></td><td class=\"amount\">0.7 EDG</td>")
        .contains("<th scope=\"row\">Paid to the seller</th><td></td><td class=\"amount\">2.1 EDG")
        .contains("<td class=\"amount\">6.1 EDG</td>")
        .contains("<th scope=\"row\">Set-up</th><td></td><td class=\"amount\">0.2 EDG</td>")
        .contains("<th scope=\"row\">Platform fee</th><td>of 0.1 EDG escrowed</td>")
        .contains("<th scope=\"row\">Refunded to the buyer</th><td></td>")
        .contains("<td>deposit 5 EDG + top-ups 1 EDG + fee</td>")
        .containsPattern(
            "<th scope=\"row\">1</th><td>Completed</td><td>b[a-z2-7]+</td><td>b[a-z2-7]+</td>"
                + "<td>fuel 1, cpu 2 ns, memory 3 byte-seconds, in 4 bytes, out 5 bytes</td>")
        .contains("@media print")
        .doesNotContain("http")
        .doesNotContain("<script");
  }

  @Test
  void strangersWordsAreShownAndNeverFollowed() throws Exception {
    String page = InvoiceHtml.of(invoice(HOSTILE, Map.of(HOSTILE, 3L)));
    Document document = parsed(page);
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(document.getElementsByTagName("img").getLength()).isZero();
    assertThat(page)
        .contains("&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;lt;?")
        .matches("[\\x20-\\x7e\\n]+");
  }
}
