using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;

namespace LeVo.Core.Tests.Generation;

/// <summary>Starts scripted sequences; remembers what it was asked.</summary>
internal sealed class ScriptedEngine(LeLmConfig? config = null, double endChance = 0) : ILeLmEngine
{
    public LeLmConfig Config { get; } = config ?? ScriptedSequence.Tiny;

    public List<ConditionIds> Songs { get; } = [];

    public List<ScriptedSequence> Sequences { get; } = [];

    public bool IsDisposed { get; private set; }

    /// <summary>Called whenever a sequence reads columns.</summary>
    public Action? Reading { get; init; }

    public static LeVoModel Model(ScriptedEngine engine, int songs = 8) => new(engine, Preparer(engine.Config), new(
        "scripted", "0123", engine.Config.FrameRate, ModelInfo.LongestDuration(engine.Config), new() { TopK = 4 }), songs);

    public static ConditionPreparer Preparer(LeLmConfig config) =>
        new(config, new OneTokenALetter(config), new OneTokenALetter(config));

    /// <summary>A generator of a model that saves its progress at an interval.</summary>
    public static ITokenGenerator Generator(LeVoModel model, TimeSpan saveInterval) =>
        new TokenGenerator(model.Engine, model.Preparer, model.Info, model.Queue) { SaveInterval = saveInterval };

    public ILeLmSequence Start(ConditionIds given, ConditionIds absent, int columns)
    {
        var sequence = new ScriptedSequence(Config, 1, endChance) { Reading = Reading };
        lock (Songs)
        {
            Songs.Add(given);
            Sequences.Add(sequence);
        }
        return sequence;
    }

    public void Dispose() => IsDisposed = true;

    private sealed class OneTokenALetter(LeLmConfig config) : ITextTokenizer
    {
        public int[] Encode(string text) => [.. text.Select(letter => (int)letter)];

        public int? IdOf(string token) =>
            config.StructureBase + 1 + config.StructureTags.ToList().IndexOf(token);
    }
}
