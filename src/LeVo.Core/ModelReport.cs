namespace LeVo.Core;

/// <summary>
/// What loading a model folder with some options would find and take, found out without loading weights:
/// <see cref="LeVoModel.Inspect"/>. Sizes are computed from the configuration and the files' directories; times are estimates.
/// </summary>
public sealed class ModelReport
{
    internal ModelReport(IReadOnlyList<string> lines, IReadOnlyList<string> problems) => (Lines, Problems) = (lines, problems);

    /// <summary>Everything that was found, one line for each part, setting and estimate.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>Why the model can't be loaded or can't make sound; empty when it can.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Bytes of the file that the first start will write: quantised weights; 0 when there is nothing to
    /// write.</summary>
    public long CacheBytes { get; internal init; }

    /// <summary>Bytes of the language model's weights, of the caches of the longest song, and of the codec's files; of the
    /// larger half with <see cref="ModelResidency.OneAtATime"/>.</summary>
    public long MemoryBytes { get; internal init; }

    /// <summary>All lines, then the problems.</summary>
    public override string ToString() => string.Join(Environment.NewLine,
        [.. Lines, .. Problems.Select(problem => $"problem: {problem}")]);
}
