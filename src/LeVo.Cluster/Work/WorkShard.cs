using System.Globalization;

namespace LeVo.Cluster.Work;

/// <summary>The share of one of several workers that divide the work by its order, without a queue between them.</summary>
/// <param name="Index">Index of the worker, from 0.</param>
/// <param name="Count">Number of workers.</param>
public sealed record WorkShard(int Index, int Count)
{
    /// <summary>The whole work.</summary>
    public static WorkShard Whole { get; } = new(0, 1);

    /// <summary>Reads a share: <c>3/8</c> is the worker of index 3 of 8.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is not a share.</exception>
    public static WorkShard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var index, var count] && Of(index, count) is { } shard
            ? shard
            : throw new FormatException($"'{text}' is not a share of the work: 0/8 is the first of 8 workers, 7/8 the last.");
    }

    /// <summary>
    /// The share that a scheduler gives this process: the task of a Slurm array (<c>SLURM_ARRAY_TASK_ID</c>, <c>_MIN</c>,
    /// <c>_STEP</c> and <c>_COUNT</c>), or the pod of an indexed Kubernetes job (<c>JOB_COMPLETION_INDEX</c>, with the number of
    /// completions in <c>JOB_COMPLETIONS</c>, which the job's template sets).
    /// </summary>
    /// <returns>The share, or null if the environment names none.</returns>
    /// <exception cref="FormatException">A variable is missing or wrong; the message names it.</exception>
    public static WorkShard? FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>The items of this share.</summary>
    /// <param name="items">All items, in an order that all workers see.</param>
    /// <typeparam name="T">The type of an item.</typeparam>
    public IEnumerable<T> Of<T>(IEnumerable<T> items) => items.Where((_, i) => i % Count == Index);

    /// <summary>Reads the share from variables.</summary>
    internal static WorkShard? From(Func<string, string?> variable)
    {
        if (variable("SLURM_ARRAY_TASK_ID") is { } task)
        {
            int first = Number("SLURM_ARRAY_TASK_MIN", "0"), step = Math.Max(1, Number("SLURM_ARRAY_TASK_STEP", "1"));
            int index = (Number("SLURM_ARRAY_TASK_ID", task) - first) / step;
            return Checked(index, Number("SLURM_ARRAY_TASK_COUNT", null), "SLURM_ARRAY_TASK_ID");
        }
        if (variable("JOB_COMPLETION_INDEX") is not { } pod)
            return null;
        return Checked(Number("JOB_COMPLETION_INDEX", pod), Number("JOB_COMPLETIONS", null), "JOB_COMPLETION_INDEX");

        int Number(string name, string? byDefault)
        {
            string? text = variable(name) ?? byDefault;
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw new FormatException(text is null
                    ? $"The environment variable {name} is missing: it tells the number of workers."
                    : $"The environment variable {name} is '{text}', not a number.");
        }

        static WorkShard Checked(int index, int count, string name) => index >= 0 && index < count
            ? new(index, count)
            : throw new FormatException($"{name} is the worker of index {index}, and there are {count} workers.");
    }

    private static WorkShard? Of(string index, string count) =>
        int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int i)
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && i < n
            ? new(i, n)
            : null;
}
