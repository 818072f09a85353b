using System.Numerics.Tensors;
using LeVo.Core.Numerics;

namespace LeVo.Core.Generation;

/// <summary>
/// Picks one id for each codebook from the logits of one step (spec sections 7 and 8): guidance, repetition penalty and
/// ban list, then the best class or a draw among the filtered ones. Works on managed memory; holds scratch, so it
/// belongs to one session.
/// </summary>
internal sealed class Sampler
{
    private readonly PositionRandom random;
    private readonly float[] logits, probabilities, scratch;
    private readonly bool[] seen;
    private readonly int topK, window;
    private readonly double temperature, topP, guidance, penalty;

    /// <exception cref="ArgumentException">The options are out of range.</exception>
    public Sampler(int codebooks, int classes, GenerationOptions options, ulong seed)
    {
        options.Validate();
        options = options.Over(GenerationOptions.Released);
        (temperature, topP, guidance) = (options.Temperature!.Value, options.TopP!.Value, options.Guidance!.Value);
        penalty = options.PenalizeRepetition!.Value ? options.RepetitionPenalty!.Value : 1;
        window = options.RepetitionWindow!.Value;
        topK = Math.Min(options.TopK!.Value, classes);
        IsGreedy = !options.UseSampling!.Value || temperature <= 0;
        random = new(seed);
        Codebooks = codebooks;
        Classes = classes;
        logits = new float[codebooks * classes];
        probabilities = new float[classes];
        scratch = new float[classes];
        seen = new bool[classes];
    }

    public int Codebooks { get; }

    public int Classes { get; }

    /// <summary>Whether the best class is always taken.</summary>
    public bool IsGreedy { get; }

    /// <summary>The logits of the last step, <c>[K, classes]</c>: after <see cref="Guide"/> mixed, after
    /// <see cref="Pick"/> also penalised and with bans.</summary>
    public ReadOnlySpan<float> Logits => logits;

    /// <summary>Mixes the two branches' logits, each <c>[K, classes]</c>.</summary>
    public void Guide(ReadOnlySpan<float> conditional, ReadOnlySpan<float> unconditional) =>
        LogitsFilter.Guide(conditional, unconditional, guidance, logits);

    /// <summary>Picks a codebook's id from the mixed logits.</summary>
    /// <param name="codebook">The codebook.</param>
    /// <param name="recent">The codebook's ids at earlier steps, oldest first; those in the window are
    /// penalised.</param>
    /// <param name="banned">Ids that codebook 0 must not take.</param>
    /// <param name="step">The step, which addresses the random number.</param>
    public int Pick(int codebook, ReadOnlySpan<int> recent, ReadOnlySpan<int> banned, int step)
    {
        Span<float> row = Row(codebook);
        Process(row, codebook, recent, banned);
        if (IsGreedy)
        {
            int best = TensorPrimitives.IndexOfMax<float>(row);
            return float.IsFinite(row[best]) ? best : throw LogitsFilter.NotNumbers(row[best]);
        }
        LogitsFilter.Softmax(row, temperature, probabilities);
        Keep(probabilities, codebook);
        return LogitsFilter.Draw(probabilities, random.Next(step, codebook));
    }

    private void Process(Span<float> row, int codebook, ReadOnlySpan<int> recent, ReadOnlySpan<int> banned)
    {
        int looked = window == 0 ? recent.Length : Math.Min(window, recent.Length);
        LogitsFilter.Penalize(row, recent[^looked..], penalty, seen);
        if (codebook == 0)
            LogitsFilter.Ban(row, banned);
    }

    /// <summary>Zeroes the classes that are not eligible and renormalises.</summary>
    public void Keep(Span<float> distribution, int codebook)
    {
        if (topP > 0)
            LogitsFilter.KeepTopP(distribution, topP, scratch);
        else if (topK > 0)
            LogitsFilter.KeepTopK(distribution, codebook == 0 ? topK : 1, scratch);
    }

    private Span<float> Row(int codebook) => logits.AsSpan(codebook * Classes, Classes);
}
