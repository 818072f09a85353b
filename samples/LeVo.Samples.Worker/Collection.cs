using LeVo.Cluster.Songs;
using LeVo.Cluster.Work;

namespace LeVo.Samples.Worker;

/// <summary>Joins what is done.</summary>
internal static class Collection
{
    public static int Run(Settings settings, CancellationToken stop)
    {
        IReadOnlyList<WorkItem> items = settings.Run.Read();
        string output = settings.Text("--output");
        var problems = new List<string>();
        string joined = items.FirstOrDefault()?.Kind switch
        {
            "compose" => $"{ComposeWork.Join(settings.Run, output, stop)} songs",
            "sample" => $"{PreferenceWork.Join(settings.Run, output, stop)} pairs",
            "encode" => $"{EncodeWork.Join(settings.Run, output, problems, stop)} shards",
            _ => throw new InvalidDataException("There is nothing to collect."),
        };
        foreach (string problem in problems)
            Console.Error.WriteLine($"warning: left out: {problem}");
        int missing = items.Count(item => !settings.Run.HasPart(item));
        Console.WriteLine($"{joined} in {output}; {missing} of {items.Count} items are missing");
        return missing == 0 ? 0 : 1;
    }
}
