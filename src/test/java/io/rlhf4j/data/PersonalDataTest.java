package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.PersonalData.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersonalDataTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Write to jörg.o'neil+x@post.example.org, please | EMAIL | neil+x@post.example.org
          Mail ann@example.com. | EMAIL | ann@example.com
          Call +49 (30) 901820-00 now | PHONE | +49 (30) 901820-00
          Call (212) 555-0187 | PHONE | (212) 555-0187
          my card 4111 1111 1111 1111 expired | CARD | 4111 1111 1111 1111
          IBAN DE89 3704 0044 0532 0130 00 | IBAN | DE89 3704 0044 0532 0130 00
          SSN 219-09-9999 | US_SOCIAL_SECURITY | 219-09-9999
          connect to 192.168.17.4 | IP_ADDRESS | 192.168.17.4
          db at postgres://ann:secret@db.example/x | CREDENTIALS | postgres://ann:secret@db.example/x
          key AKIAIOSFODNN7EXAMPLE is mine | SECRET_KEY | AKIAIOSFODNN7EXAMPLE
          I live at 12 Abbey Road in London | STREET | 12 Abbey Road
          """)
  void eachKindIsFound(String text, Kind kind, String found) {
    assertThat(PersonalData.find(text))
        .extracting(PersonalData.Finding::kind, PersonalData.Finding::text)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(kind, found));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "What is 2+2?",
        "card 4111 1111 1111 1112 fails Luhn's check",
        "IBAN DE89 3704 0044 0532 0130 01 has a wrong check digit",
        "version 1.2.3.4000 and 127.0.0.1 are nobody's address",
        "pi is 3.14159265358979",
        "In 2020-2021 we sold 1,000,000 units; see pages 100-200",
        "@mention and a @ b"
      })
  void whatOnlyLooksSimilarPasses(String text) {
    assertThat(PersonalData.find(text)).isEmpty();
  }

  @Test
  void redactionNamesTheKindsAndKeepsTheRest() {
    assertThat(PersonalData.redact("ann@example.com or (212) 555-0187!"))
        .isEqualTo("[EMAIL] or [PHONE]!");
  }

  @Test
  void redactionReachesEveryTurnOfAPrompt() {
    Prompt prompt =
        new Prompt(
            "p",
            List.of(Message.user("I am ann@example.com"), Message.assistant("Hi ann@example.com")),
            "u",
            null,
            PromptKind.API,
            Split.TRAIN);
    assertThat(PersonalData.redact(prompt).messages())
        .containsExactly(Message.user("I am [EMAIL]"), Message.assistant("Hi [EMAIL]"));
  }
}
