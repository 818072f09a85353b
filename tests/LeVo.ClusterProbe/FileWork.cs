using System.Text.Json.Nodes;
using LeVo.Cluster.Work;
using LeVo.Core.IO;

namespace LeVo.ClusterProbe;

/// <summary>
/// Work of tests: writes a text to a file. The payload says what happens before. Each attempt is told to the log, a line each.
/// </summary>
internal sealed class FileWork(WorkFolder folder, Action<string> log) : IWork
{
    public const string KindName = "file";

    public string Kind => KindName;

    /// <param name="text">The content of the file.</param>
    /// <param name="act">What happens before it is written: nothing (<c>write</c>), an error at every attempt (<c>throw</c>) or at
    /// the first (<c>stumble</c>), an input that nobody can use (<c>refuse</c>), the death of the process (<c>kill</c>), a wait
    /// without end at the first attempt (<c>hold</c>), or as many milliseconds as the act says.</param>
    public static WorkItem Item(string text, string act = "write") =>
        new(KindName, new JsonObject { ["text"] = text, ["act"] = act }.ToJsonString());

    public string PathOf(WorkItem item) => folder.PartOf(item, ".txt");

    public void Check(WorkItem item)
    {
        if (Act(item) == "refuse")
            throw new InvalidDataException("It has no text.");
    }

    public bool IsDone(WorkItem item) => File.Exists(PathOf(item));

    public async Task DoAsync(WorkItem item, int attempt, CancellationToken cancellationToken)
    {
        string text = Text(item), act = Act(item);
        log($"started {text} {attempt}");
        switch (act)
        {
            case "throw":
            case "stumble" when attempt == 1:
                throw new InvalidOperationException($"The text '{text}' is bad.");
            case "kill":
                using (var self = System.Diagnostics.Process.GetCurrentProcess())
                    self.Kill();
                break;
            case "hold" when attempt == 1:
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
            default:
                if (int.TryParse(act, out int milliseconds))
                    await Task.Delay(milliseconds, cancellationToken);
                break;
        }
        AtomicFile.Write(PathOf(item), file => file.Write(System.Text.Encoding.UTF8.GetBytes(text)));
        log($"wrote {text} {attempt}");
    }

    public static string Text(WorkItem item) => JsonNode.Parse(item.Payload)!["text"]!.GetValue<string>();

    private static string Act(WorkItem item) => JsonNode.Parse(item.Payload)!["act"]!.GetValue<string>();
}
