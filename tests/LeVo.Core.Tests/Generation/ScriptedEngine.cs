using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Generation;
using LeVo.Core.Model;

namespace LeVo.Core.Tests.Generation;

/// <summary>Starts scripted steppers; remembers what it was asked.</summary>
internal sealed class ScriptedEngine(LeLmConfig? config = null, double endChance = 0) : IStepEngine
{
    public LeLmConfig Config { get; } = config ?? ScriptedStepper.Tiny;

    public List<SongCondition> Songs { get; } = [];

    public List<ScriptedStepper> Steppers { get; } = [];

    public bool IsDisposed { get; private set; }

    public static LeVoModel Model(ScriptedEngine engine) => new(engine, new(
        "scripted", "0123", engine.Config.FrameRate, TokenPlan.LongestOf(engine.Config), new() { TopK = 4 }));

    public ILogitsStepper Start(SongCondition conditions, int columns)
    {
        var stepper = new ScriptedStepper(Config, 1, endChance);
        lock (Songs)
        {
            Songs.Add(conditions);
            Steppers.Add(stepper);
        }
        return stepper;
    }

    public void Dispose() => IsDisposed = true;
}
