using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Numerics;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.LanguageModel;

namespace LeVo.Core.Tests.Generation;

public sealed class GenerationSessionTests
{
    private static LeLmConfig Config => ScriptedSequence.Tiny;

    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    [InlineData(0.1)]
    [InlineData(0.4)]
    [InlineData(1)]
    public void FramesAsTheyComeAreTheTrimmedSong(double endChance)
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            using TokenLoop streaming = Session(30, seed, endChance: endChance);
            using TokenLoop whole = Session(30, seed, endChance: endChance);
            List<int[]> frames = Take(streaming);
            while (!whole.Session.Ended)
                whole.Step(cancellationToken: TestContext.Current.CancellationToken);

            Assert.True(streaming.Session.StepsDone <= whole.Session.StepsDone);
            Assert.Equal(Trimmed(whole.Session, 30), frames);
            Assert.All(frames, codes => Assert.All(codes, code => Assert.InRange(code, 0, Config.CodeSize - 1)));
        }
    }

    [Fact]
    public void NoStepIsTakenThatCannotChangeTheSong()
    {
        using TokenLoop session = Session(30, 5, endChance: 1);
        Assert.Empty(Take(session));
        Assert.Equal(1, session.Session.StepsDone);
    }

    [Fact]
    public void EqualSeedsGiveEqualSongsAndOthersDoNot()
    {
        List<int[]> first = Take(Session(30, 7)), again = Take(Session(30, 7)), other = Take(Session(30, 8));
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void TheModelReadsTheInterleavedSequence()
    {
        var scripted = new ScriptedSequence(Config);
        var session = new GenerationSession(Config, 12, new(), 3);
        using var loop = new TokenLoop(scripted, session, Config);
        List<int[]> frames = Take(loop);
        int[] codes = [.. Enumerable.Range(0, 3).SelectMany(q => frames.Select(frame => frame[q]))];
        int[] sequence = new DelayPattern(Config.Delays, 12).Build(codes, Config.SpecialId);
        Assert.Equal(sequence, session.Sequence);
        Assert.Equal(session.StepsTotal, session.StepsDone);
        for (int s = 0; s < scripted.Columns.Count; s++)
            Assert.Equal(Enumerable.Range(0, 3).Select(q => sequence[q * 16 + s]), scripted.Columns[s]);
        Assert.Equal(15, scripted.Columns.Count);
    }

    [Fact]
    public void BannedIdsStayOutOfTheMixedStream()
    {
        int[] banned = [.. Enumerable.Range(0, 15), 999];
        using var loop = new TokenLoop(
            new ScriptedSequence(Config), new GenerationSession(Config, 20, new(), 3, banned), Config);
        Assert.All(Take(loop), codes => Assert.Equal(15, codes[0]));
    }

    [Fact]
    public void TheLoopOwnsItsSequence()
    {
        var sequence = new ScriptedSequence(Config);
        new TokenLoop(sequence, new GenerationSession(Config, 3, new(), 3), Config).Dispose();
        Assert.True(sequence.IsDisposed);
    }

    [Fact]
    public void NumbersThatAreNoneAreRefused()
    {
        var sampler = new Sampler(1, 4, new(), 1);
        sampler.Guide([1, float.NaN, 2, 3], [0, 0, 0, 0]);
        Assert.Throws<InvalidOperationException>(() => sampler.Pick(0, [], [], 1));
    }

    [Theory]
    [InlineData(-1, 5000, 0, 1.5, 50, 1.1)]
    [InlineData(double.NaN, 5000, 0, 1.5, 50, 1.1)]
    [InlineData(1, -1, 0, 1.5, 50, 1.1)]
    [InlineData(1, 5000, 1.01, 1.5, 50, 1.1)]
    [InlineData(1, 5000, 0, double.PositiveInfinity, 50, 1.1)]
    [InlineData(1, 5000, 0, 1.5, -1, 1.1)]
    [InlineData(1, 5000, 0, 1.5, 50, 0)]
    public void OptionsOutOfRangeAreRefused(
        double temperature, int topK, double topP, double guidance, int window, double penalty)
    {
        var options = new GenerationOptions
        {
            Temperature = temperature,
            TopK = topK,
            TopP = topP,
            Guidance = guidance,
            RepetitionWindow = window,
            RepetitionPenalty = penalty,
        };
        Assert.Throws<ArgumentException>(() => new Sampler(3, 17, options, 1));
    }

    [Theory]
    [InlineData(0.5, new[] { 0, 3 })]
    [InlineData(0.6, new[] { 0, 3 })]
    [InlineData(0.7, new[] { 0, 1, 3 })]
    [InlineData(0.8, new[] { 0, 1, 2, 3 })]
    [InlineData(1, new[] { 0, 1, 2, 3, 4 })]
    public void TopPCountsTheMassBeforeAClass(double mass, int[] kept)
    {
        float[] probabilities = [0.5f, 0.125f, 0.125f, 0.15f, 0.1f];
        LogitsFilter.KeepTopP(probabilities, mass, new float[5]);
        Assert.Equal(kept, Enumerable.Range(0, 5).Where(id => probabilities[id] > 0));
        Assert.Equal(1, probabilities.Sum(), 1e-6f);
    }

    [Fact]
    public void DrawsFollowTheDistribution()
    {
        float[] probabilities = [0.5f, 0, 0.25f, 0.125f, 0.125f];
        var random = new PositionRandom(11);
        var counts = new double[5];
        for (int step = 0; step < 40_000; step++)
            counts[LogitsFilter.Draw(probabilities, random.Next(step, 2))]++;
        for (int i = 0; i < 5; i++)
            Assert.Equal(probabilities[i], counts[i] / 40_000, 0.012);
        Assert.Equal(0, counts[1]);
    }

    private static TokenLoop Session(int frames, ulong seed, double endChance = 0) => new(
        new ScriptedSequence(Config, seed, endChance), new(Config, frames, new() { TopK = 4 }, seed), Config);

    private static List<int[]> Take(TokenLoop loop)
    {
        GenerationSession session = loop.Session;
        var frames = new List<int[]>();
        var codes = new int[3];
        while (!session.Complete)
        {
            if (session.TryTakeFrame(codes))
                frames.Add([.. codes]);
            else if (!session.Complete)
                loop.Step(cancellationToken: TestContext.Current.CancellationToken);
        }
        return frames;
    }

    /// <summary>The reference's way: revert the whole sequence, then cut at the earliest end.</summary>
    private static List<int[]> Trimmed(GenerationSession session, int frames)
    {
        var pattern = new DelayPattern(Config.Delays, frames);
        int[] codes = pattern.Revert(session.Sequence, pattern.Columns, Config.SpecialId);
        return [.. Enumerable.Range(0, frames)
            .Select(t => Enumerable.Range(0, 3).Select(q => codes[q * frames + t]).ToArray())
            .TakeWhile(frame => !frame.Contains(Config.EosId))];
    }
}
