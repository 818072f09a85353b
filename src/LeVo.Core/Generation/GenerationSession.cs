using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;

namespace LeVo.Core.Generation;

/// <summary>
/// One song on its way: the sequence so far, the model's state and the sampler (spec section 7). Synchronous and for
/// one thread at a time; owns its stepper.
/// </summary>
internal sealed class GenerationSession : IDisposable
{
    private const int Unknown = -1;
    private readonly ILogitsStepper stepper;
    private readonly Sampler sampler;
    private readonly DelayPattern pattern;
    private readonly int[] sequence, banned, picks, column;
    private readonly float[] conditional, unconditional;
    private readonly bool[] ended;
    private readonly int first, start, eos, special;
    private int framesTaken;
    private bool prefilled;

    /// <param name="stepper">The model; disposed with the session.</param>
    /// <param name="config">The model's sizes and ids.</param>
    /// <param name="frames">Frames at most.</param>
    /// <param name="options">How ids are picked.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="banned">Ids that the mixed stream must not take: the codes of the audio prompt.</param>
    /// <param name="beginning">Codes <c>[K, n]</c> of the first frames, where a song is continued.</param>
    public GenerationSession(ILogitsStepper stepper, LeLmConfig config, int frames, GenerationOptions options,
        ulong seed, ReadOnlySpan<int> banned = default, ReadOnlySpan<int> beginning = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        this.stepper = stepper;
        this.banned = banned.ToArray();
        pattern = new(config.Delays, frames, config.FlattenFirst, config.EmptyInitial);
        sampler = new(config.Codebooks, config.Classes, options, seed);
        (eos, special) = (config.EosId, config.SpecialId);
        int k = config.Codebooks;
        var codes = new int[k * frames];
        codes.AsSpan().Fill(Unknown);
        for (int q = 0; q < k; q++)
            beginning.Slice(q * beginning.Length / k, beginning.Length / k).CopyTo(codes.AsSpan(q * frames));
        sequence = pattern.Build(codes, special);
        (conditional, unconditional) = (new float[k * config.Classes], new float[k * config.Classes]);
        (picks, column, ended) = (new int[k], new int[k], new bool[k]);
        first = pattern.FirstColumnOf(0);
        Column = start = Enumerable.Range(first, pattern.Columns - first).FirstOrDefault(NeedsPick, pattern.Columns);
    }

    /// <summary>Number of codebooks.</summary>
    public int Codebooks => picks.Length;

    /// <summary>The column that is written next.</summary>
    public int Column { get; private set; }

    /// <summary>Steps taken, one a column.</summary>
    public int StepsDone => Column - start;

    /// <summary>Steps at most.</summary>
    public int StepsTotal => pattern.Columns - start;

    /// <summary>Whether the original would stop: the columns are used up or every codebook has ended.</summary>
    public bool Ended => Column == pattern.Columns || Array.TrueForAll(ended, e => e);

    /// <summary>Whether every frame of the result has been taken; steps beyond cannot change it.</summary>
    public bool Complete { get; private set; }

    /// <summary>The interleaved ids <c>[K, S]</c>; columns that were not written count as empty.</summary>
    public int[] Sequence => [.. sequence.Select(id => id == Unknown ? special : id)];

    /// <summary>The ids picked at the last step, before cells outside the pattern were emptied.</summary>
    public ReadOnlySpan<int> Picks => picks;

    /// <summary>The last step's logits as the picks saw them, <c>[K, classes]</c>.</summary>
    public ReadOnlySpan<float> ProcessedLogits => sampler.Logits;

    /// <summary>Reads what is new, picks a column and writes it.</summary>
    /// <param name="heard">Told, during the first step, how many positions of the conditions have been read.</param>
    /// <param name="cancellationToken">Stops the first step early; the session is of no use then.</param>
    /// <exception cref="InvalidOperationException">The session has ended, or the model gives no numbers.</exception>
    public void Advance(Action<int>? heard = null, CancellationToken cancellationToken = default)
    {
        if (Ended)
            throw new InvalidOperationException("The session has ended.");
        Read(heard, cancellationToken);
        sampler.Guide(conditional, unconditional);
        for (int q = 0; q < picks.Length; q++)
            picks[q] = sampler.Pick(q, Row(q)[first..Column], banned, Column);
        for (int q = 0; q < picks.Length; q++)
            Write(q, picks[q]);
        Column++;
    }

    /// <summary>Takes the next frame's codes once they are complete. False: take steps first, or, when
    /// <see cref="Complete"/>, the song is over.</summary>
    /// <param name="codes">Receives <c>[K]</c> codes.</param>
    public bool TryTakeFrame(Span<int> codes)
    {
        Complete |= framesTaken == pattern.Frames;
        if (Complete)
            return false;
        for (int q = 0; q < codes.Length; q++)
            codes[q] = Row(q)[pattern.ColumnOf(q, framesTaken)];
        // The earliest end in any codebook ends the song for all, before the other codebooks get there.
        Complete = codes.Contains(eos);
        if (Complete || codes.Contains(Unknown))
            return false;
        framesTaken++;
        return true;
    }

    public void Dispose() => stepper.Dispose();

    private void Read(Action<int>? heard, CancellationToken cancellationToken)
    {
        if (!prefilled)
        {
            int[] columns = [.. Enumerable.Range(0, picks.Length).SelectMany(q => Row(q)[..Column].ToArray())];
            stepper.Prefill(columns, conditional, unconditional, heard, cancellationToken);
            prefilled = true;
            return;
        }
        for (int q = 0; q < column.Length; q++)
            column[q] = Row(q)[Column - 1];
        stepper.Step(column, conditional, unconditional);
    }

    private void Write(int codebook, int pick)
    {
        ref int cell = ref Row(codebook)[Column];
        if (cell != Unknown)
            return; // Given, or outside the pattern: stays empty, and an end picked here does not count.
        cell = ended[codebook] ? special : pick;
        ended[codebook] |= cell == eos;
    }

    private bool NeedsPick(int s) => Enumerable.Range(0, picks.Length).Any(q => Row(q)[s] == Unknown);

    private Span<int> Row(int codebook) => sequence.AsSpan(codebook * pattern.Columns, pattern.Columns);
}
