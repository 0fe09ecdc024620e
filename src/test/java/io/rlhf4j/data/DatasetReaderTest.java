package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetReaderTest {
  @TempDir Path folder;

  private static final String SKY_PROMPT = "[{'role':'user','content':'What color is the sky?'}]";
  private static final String SKY_BLUE = "[{'role':'assistant','content':'Blue.'}]";
  private static final String SKY_GREEN = "[{'role':'assistant','content':'Green.'}]";

  @Test
  void plainAndConversationalLanguageModeling() {
    assertThat(DatasetReader.readTexts(jsonl("{'text':'The sky is blue.'}")))
        .containsExactly("The sky is blue.");
    List<Demonstration> turns =
        DatasetReader.readDemonstrations(
            jsonl(
                "{'messages':[{'role':'system','content':'Be brief.'},"
                    + "{'role':'user','content':'1+1?'},{'role':'assistant','content':'2'},"
                    + "{'role':'user','content':'2+2?'},{'role':'assistant','content':'4'}]}"));
    // Each assistant turn is a demonstration of what to say after everything before it.
    assertThat(turns).extracting(Demonstration::completion).containsExactly("2", "4");
    assertThat(turns.get(1).prompt().messages()).hasSize(4);
    assertThat(turns.get(0).labeler()).isEqualTo("unknown");
  }

  @Test
  void plainAndConversationalPrompts() {
    assertThat(DatasetReader.readPrompts(jsonl("{'prompt':'Why?','user':17}")).get(0))
        .satisfies(
            prompt -> {
              assertThat(prompt.text()).isEqualTo("Why?");
              assertThat(prompt.user()).isEqualTo("17");
            });
    assertThat(DatasetReader.readPrompts(jsonl("{'prompt':" + SKY_PROMPT + "}")).get(0).messages())
        .containsExactly(Message.user("What color is the sky?"));
  }

  @Test
  void repeatedPromptsKeepIdsApart() {
    List<Prompt> prompts = DatasetReader.readPrompts(jsonl("{'prompt':'Why?'}\n{'prompt':'Why?'}"));
    assertThat(prompts.get(1).id()).isEqualTo(prompts.get(0).id() + "-2");
  }

  @Test
  void plainAndConversationalPromptCompletion() {
    assertThat(
            DatasetReader.readDemonstrations(
                jsonl("{'prompt':'The sky is','completion':' blue.'}")))
        .extracting(Demonstration::completion)
        .containsExactly(" blue.");
    assertThat(
            DatasetReader.readDemonstrations(
                jsonl("{'prompt':" + SKY_PROMPT + ",'completion':" + SKY_BLUE + "}")))
        .extracting(Demonstration::completion)
        .containsExactly("Blue.");
  }

  @Test
  void plainAndConversationalPreferences() {
    Comparison plain =
        only(jsonl("{'prompt':'The sky is','chosen':' blue.','rejected':' green.'}"));
    assertThat(List.of(plain.prompt().text(), plain.chosen(), plain.rejected()))
        .containsExactly("The sky is", " blue.", " green.");
    Comparison talk =
        only(
            jsonl(
                "{'prompt':"
                    + SKY_PROMPT
                    + ",'chosen':"
                    + SKY_BLUE
                    + ",'rejected':"
                    + SKY_GREEN
                    + "}"));
    assertThat(List.of(talk.chosen(), talk.rejected())).containsExactly("Blue.", "Green.");
  }

  @Test
  void implicitPromptsAreTheCommonBeginning() {
    Comparison plain = only(jsonl("{'chosen':'The sky is blue.','rejected':'The sky is black.'}"));
    assertThat(List.of(plain.prompt().text(), plain.chosen(), plain.rejected()))
        .containsExactly("The sky is", " blue.", " black.");
    String question = "{'role':'user','content':'Sky?'},";
    Comparison talk =
        only(
            jsonl(
                "{'chosen':["
                    + question
                    + SKY_BLUE.substring(1)
                    + ",'rejected':["
                    + question
                    + SKY_GREEN.substring(1)
                    + "}"));
    assertThat(talk.prompt().messages()).containsExactly(Message.user("Sky?"));
    assertThat(List.of(talk.chosen(), talk.rejected())).containsExactly("Blue.", "Green.");
  }

  @Test
  void preferencesThatRepeatThePromptInEachConversationAreUnderstood() {
    String question = "{'role':'user','content':'Sky?'}";
    Comparison talk =
        only(
            jsonl(
                "{'prompt':'Sky?','chosen':["
                    + question
                    + ","
                    + SKY_BLUE.substring(1)
                    + ",'rejected':["
                    + question
                    + ","
                    + SKY_GREEN.substring(1)
                    + "}"));
    assertThat(List.of(talk.chosen(), talk.rejected())).containsExactly("Blue.", "Green.");
  }

  @Test
  void transcriptsAreTakenApartIntoTurns() {
    Comparison pair =
        only(
            jsonl(
                "{'chosen':'\\n\\nHuman: Hi\\n\\nAssistant: Hello.\\n\\nHuman: Sky?\\n\\nAssistant: Blue.',"
                    + "'rejected':'\\n\\nHuman: Hi\\n\\nAssistant: Hello.\\n\\nHuman: Sky?\\n\\nAssistant: Black.'}"));
    assertThat(pair.prompt().messages())
        .containsExactly(Message.user("Hi"), Message.assistant("Hello."), Message.user("Sky?"));
    assertThat(List.of(pair.chosen(), pair.rejected())).containsExactly("Blue.", "Black.");
  }

  @Test
  void alpacaRowsWithSystemAndHistory() {
    Demonstration row =
        DatasetReader.readDemonstrations(
                json(
                    "[{'instruction':'Add.','input':'1, 2','output':'3','system':'Be exact.',"
                        + "'history':[['Hi','Hello']]}]"))
            .get(0);
    assertThat(row.prompt().messages())
        .containsExactly(
            new Message(Role.SYSTEM, "Be exact."),
            Message.user("Hi"),
            Message.assistant("Hello"),
            Message.user("Add.\n\n1, 2"));
    assertThat(row.completion()).isEqualTo("3");
  }

  @Test
  void shareGptDialogues() {
    Path file =
        json(
            "[{'conversations':[{'from':'human','value':'Hi'},{'from':'gpt','value':'Hello'}],"
                + "'system':'Be kind.'}]");
    Demonstration row = DatasetReader.readDemonstrations(file).get(0);
    assertThat(row.prompt().messages())
        .containsExactly(new Message(Role.SYSTEM, "Be kind."), Message.user("Hi"));
    assertThat(
            only(json(
                    "[{'conversations':[{'from':'human','value':'Hi'}],"
                        + "'chosen':{'from':'gpt','value':'Hello'},"
                        + "'rejected':{'from':'gpt','value':'Go away'}}]"))
                .rejected())
        .isEqualTo("Go away");
    assertThatThrownBy(
            () ->
                DatasetReader.readDemonstrations(
                    json("[{'conversations':[{'from':'observation','value':'Hi'}]}]")))
        .hasMessageContaining("conversations[0].from must be human, gpt or system");
  }

  @Test
  void treesOfRankedRepliesBecomeRankings() {
    Path file =
        jsonl(
            "{'message_tree_id':'t','prompt':{'message_id':'m1','role':'prompter','text':'Hi','replies':["
                + "{'message_id':'m2','role':'assistant','text':'Meh','rank':1,'replies':["
                + "{'message_id':'m3','role':'prompter','text':'Oh','replies':["
                + "{'message_id':'m4','role':'assistant','text':'Yes'}]}]},"
                + "{'message_id':'m5','role':'assistant','text':'Hello!','rank':0,'model_name':'bot'},"
                + "{'message_id':'m6','role':'assistant','text':'spam','rank':2,'deleted':true}]}}");
    DatasetReader reader = DatasetReader.open(file);
    assertThat(reader.rankings()).hasSize(1);
    Ranking ranking = reader.rankings().get(0);
    assertThat(ranking.prompt().id()).isEqualTo("m1");
    assertThat(ranking.completions()).containsExactly("Meh", "Hello!");
    assertThat(ranking.ranks()).containsExactly(2, 1);
    assertThat(ranking.policies()).containsExactly("human", "bot");
    assertThat(reader.demonstrations())
        .extracting(Demonstration::completion)
        .containsExactly("Hello!", "Yes");
    assertThat(reader.prompts().get(1).messages())
        .containsExactly(Message.user("Hi"), Message.assistant("Meh"), Message.user("Oh"));
    assertThat(reader.comparisons()).extracting(Comparison::chosen).containsExactly("Hello!");
  }

  @Test
  void thisProjectsOwnRankingsAndComparisonsComeBackEqual() {
    Path file = folder.resolve("rankings.jsonl");
    Ranking ranking =
        Ranking.of(Prompt.plain("p", "Why?"), List.of("a", "b", "c"), List.of(2, 1, 1), "ann");
    DataFiles.writeRankings(file, List.of(ranking));
    assertThat(DatasetReader.readRankings(file)).containsExactly(ranking);
    Path pairs = folder.resolve("comparisons.jsonl");
    DataFiles.writeComparisons(pairs, ranking.comparisons());
    assertThat(DatasetReader.readComparisons(pairs)).isEqualTo(ranking.comparisons());
  }

  @Test
  void comparisonsCanBeReadAsRankingsOfTwo() {
    Ranking ranking =
        DatasetReader.readRankings(jsonl("{'prompt':'p','chosen':'a','rejected':'b'}")).get(0);
    assertThat(ranking.completions()).containsExactly("a", "b");
    assertThat(ranking.ranks()).containsExactly(1, 2);
  }

  @Test
  void csvRowsAreReadByTheirHeader() {
    Path file = folder.resolve("rows.csv");
    AtomicFile.write(file, "prompt,completion\n\"Say \"\"hi\"\"\",hi\n");
    assertThat(DatasetReader.readDemonstrations(file).get(0).prompt().text())
        .isEqualTo("Say \"hi\"");
  }

  @Test
  void yamlConversationsAreSaidInTurn() {
    Path file = folder.resolve("talk.yml");
    AtomicFile.write(
        file, "categories:\n- x\nconversations:\n- - Hi\n  - Hello\n- - How many?\n  - 42\n");
    DatasetReader reader = DatasetReader.open(file);
    assertThat(reader.demonstrations())
        .extracting(Demonstration::completion)
        .containsExactly("Hello", "42");
    AtomicFile.write(file, "conversations:\n- - Hi\n  - Hello\n- - Alone\n");
    assertThatThrownBy(() -> DatasetReader.readDemonstrations(file))
        .hasMessageContaining("talk.yml:4: the row must hold an assistant turn");
  }

  @Test
  void textFilesArePartedByTheEndOfTextMark() {
    Path file = folder.resolve("stories.txt");
    AtomicFile.write(file, "One.\n<|endoftext|>\nTwo.\n");
    assertThat(DatasetReader.readTexts(file)).containsExactly("One.\n", "\nTwo.\n");
  }

  @Test
  void aFileSaysWhatItTurnedOutToBe() {
    Path file =
        jsonl(
            "{'prompt':'p1','chosen':'a','rejected':'b'}\n{'prompt':'p2','chosen':'c','rejected':'d'}\n"
                + "{'prompt':'p3','chosen':'e','rejected':'f'}");
    assertThat(DatasetReader.open(file).detected())
        .isEqualTo(
            new DatasetReader.Detected(
                DatasetSchema.PREFERENCE,
                3,
                List.of("prompt", "chosen", "rejected"),
                List.of("user: p1\nchosen: a\nrejected: b", "user: p2\nchosen: c\nrejected: d")));
  }

  @Test
  void anUnknownSchemaNamesTheKeysFoundAndTheKeysExpected() {
    assertThatThrownBy(() -> DatasetReader.open(jsonl("{'question':'q','answer':'a'}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "rows.jsonl:1: no known schema matches; the row has the keys [question, answer]")
        .hasMessageContaining("prompt-completion: the keys [prompt, completion]");
  }

  @Test
  void aRowUnlikeTheFirstNamesFileLineAndKeys() {
    assertThatThrownBy(
            () ->
                DatasetReader.readComparisons(
                    jsonl(
                        "{'prompt':'p','chosen':'a','rejected':'b'}\n{'prompt':'p','chosen':'a'}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("rows.jsonl:2: this row has the keys [prompt, chosen]")
        .hasMessageContaining("preference, which needs the keys [prompt, chosen, rejected]");
  }

  @Test
  void askingForWhatAFileDoesNotHoldSaysWhatItHolds() {
    assertThatThrownBy(
            () ->
                DatasetReader.readDemonstrations(
                    jsonl("{'prompt':'p','chosen':'a','rejected':'b'}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds no demonstrations")
        .hasMessageContaining("what it holds is [comparisons, rankings, prompts]");
  }

  @Test
  void anErrorInsideAJsonListNamesItsLine() {
    assertThatThrownBy(
            () ->
                DatasetReader.readDemonstrations(
                    json(
                        "[\n{'instruction':'a','output':'b'},\n{'instruction':'a','output':3}\n]")))
        .hasMessageContaining("rows.json:3: output must be a string, was 3");
  }

  private static Comparison only(Path file) {
    List<Comparison> comparisons = DatasetReader.readComparisons(file);
    assertThat(comparisons).hasSize(1);
    return comparisons.get(0);
  }

  private Path jsonl(String text) {
    return write("rows.jsonl", text);
  }

  private Path json(String text) {
    return write("rows.json", text);
  }

  /** Single quotes stand for double ones. */
  private Path write(String name, String text) {
    Path file = folder.resolve(name);
    AtomicFile.write(file, text.replace('\'', '"'));
    return file;
  }
}
