using LeVo.Alignment.Data;

namespace LeVo.Alignment.Evaluation;

/// <summary>A song to evaluate, which is loaded when it is its turn.</summary>
/// <param name="Name">Its name; songs of two sets with the same name are compared with each other.</param>
/// <param name="Load">Returns the song with its sound. The condition has the texts of the request; tokens without frames
/// mean that there are none.</param>
public sealed record EvaluationSong(string Name, Func<SongSample> Load)
{
    /// <param name="name">The name.</param>
    /// <param name="sample">The song.</param>
    public EvaluationSong(string name, SongSample sample)
        : this(name, () => sample)
    {
    }

    /// <summary>The length that was asked for; null if it is unknown.</summary>
    public TimeSpan? RequestedLength { get; init; }
}
