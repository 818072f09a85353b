using LeVo.Cluster.Nats;
using LeVo.Cluster.Work;
using LeVo.Samples.Shared;

namespace LeVo.Samples.Worker;

/// <summary>What the command line says.</summary>
internal sealed record Settings(ProgramArguments Line, WorkFolder Run, string Model)
{
    public double? Seconds { get; private init; }

    public double TopP { get; private init; }

    public double LengthRatio { get; private init; }

    public ulong Seed { get; private init; }

    public int Samples { get; private init; }

    public int ShardSongs { get; private init; }

    public double Lease { get; private init; }

    public string Text(string option) => Line.Text(option)!;

    public static Settings Read(ProgramArguments line) =>
        new(line, new(line.Text("--run") is { Length: > 0 } run ? run : "."), line.Text("--model") ?? "models/levo-demo")
        {
            Seconds = line.Positive("--seconds"),
            TopP = line.Positive("--top-p") ?? 0.98,
            LengthRatio = line.Positive("--length-ratio") ?? 1.5,
            Seed = line.Number("--seed", 0, ulong.MaxValue) ?? 1,
            Samples = line.Count("--samples", 4, least: 2),
            ShardSongs = line.Count("--shard-songs", 100),
            Lease = line.Positive("--lease") ?? 60,
        };

    /// <summary>The queue of all workers; null without <c>--nats</c>.</summary>
    public NatsWorkQueue? Queue() => Line.Text("--nats") is not { } url ? null : new(new()
    {
        Url = url,
        Name = Line.Text("--queue") ?? NameOf(Run.FullPath),
        Lease = TimeSpan.FromSeconds(Lease),
        CredentialsPath = Line.Text("--credentials"),
        NKeyPath = Line.Text("--nkey"),
        AuthorityPath = Line.Text("--authority"),
        AllowsPlainText = Line.Has("--plain-text"),
    });

    /// <summary>The name of a folder with the characters that queues' names have.</summary>
    private static string NameOf(string folder) => string.Concat(Path.GetFileName(folder).ToLowerInvariant()
        .Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) ? c : '-').Take(32));
}
