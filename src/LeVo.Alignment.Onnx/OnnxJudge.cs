using LeVo.Alignment.Data;
using LeVo.Alignment.Preferences;
using LeVo.Core.Audio;
using LeVo.Core.Tokens;

namespace LeVo.Alignment.Onnx;

/// <summary>
/// Scores the sound of a song with a graph, for example of an aesthetics head. The file <c>NAME.json</c> beside
/// <c>NAME.onnx</c> describes the graph; the package's README lists its keys. Thread-safe.
/// </summary>
public sealed class OnnxJudge : IPreferenceScorer, IDisposable
{
    private readonly SoundGraph graph;
    private readonly string path;

    /// <summary>Loads the graph.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="InvalidDataException">The file is not such a graph, or its description is invalid; the message names
    /// the file.</exception>
    /// <exception cref="InvalidOperationException">ONNX Runtime's native library is missing.</exception>
    public OnnxJudge(string path)
    {
        graph = new(path);
        this.path = path;
    }

    /// <inheritdoc/>
    public string Strategy => graph.Description.Strategy ?? Path.GetFileNameWithoutExtension(path);

    /// <inheritdoc/>
    public string Name => $"onnx({Path.GetFileName(path)})";

    /// <inheritdoc/>
    public IReadOnlyList<SongPart> Parts => [graph.Description.Part];

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The graph failed, or its output does not fit the weights.</exception>
    public Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sample);
        Waveform sound = graph.Description.Part switch
        {
            SongPart.Mixed => sample.Mix,
            SongPart.Vocal => sample.Vocal,
            _ => sample.Accompaniment,
        } ?? throw new ArgumentException($"The sample has no sound of the part {graph.Description.Part}.", nameof(sample));
        return Task.Run(() => Weigh(graph.Run(sound, cancellationToken)), cancellationToken);
    }

    /// <summary>Frees the graph. Nothing may be scored any more.</summary>
    public void Dispose() => graph.Dispose();

    private double Weigh(float[] output)
    {
        IReadOnlyList<double> weights = graph.Description.Weights ?? [1];
        if (weights.Count != output.Length)
            throw new InvalidOperationException($"'{path}' gives {output.Length} values, and 'weights' has {weights.Count}.");
        double score = output.Zip(weights, (value, weight) => value * weight).Sum();
        return double.IsFinite(score) ? score : throw new InvalidOperationException($"'{path}' gives {score}.");
    }
}
