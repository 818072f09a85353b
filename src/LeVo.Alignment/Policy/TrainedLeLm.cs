using LeVo.Alignment.Data;
using LeVo.Core;
using LeVo.Core.Adapters;
using LeVo.Core.Checkpoints;
using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = LeVo.Core.Training.AdamW;

namespace LeVo.Alignment.Policy;

/// <summary>A LeLM in training: its weights, its adapters if any, and the checkpoint that it started from.</summary>
internal sealed class TrainedLeLm : IDisposable
{
    /// <summary>The folder of the adapter in a run's folder.</summary>
    public const string AdapterFolder = "adapter";

    private readonly Checkpoint? start;
    private readonly LowRankPlan? plan;
    private readonly ParameterSet parameters;
    private readonly LeLmStage stage;
    private readonly PreparedConditions conditions;

    /// <param name="config">Sizes.</param>
    /// <param name="preparer">Converts texts to ids.</param>
    /// <param name="stage">The training stage.</param>
    /// <param name="startPath">The checkpoint to start from; null for random initial values.</param>
    /// <param name="setup">Device, precision, adapters.</param>
    /// <param name="seed">Seed of random values.</param>
    /// <param name="values">Weights to start from without a checkpoint, for measurements; null for random initial values.</param>
    /// <exception cref="ModelLoadException">The checkpoint does not match the config.</exception>
    /// <exception cref="ArgumentException">The setup is not supported.</exception>
    /// <exception cref="LeVoRuntimeException">libtorch can't be loaded, or cannot use the device.</exception>
    public TrainedLeLm(
        LeLmConfig config, ConditionPreparer preparer, LeLmStage stage, string? startPath, TrainingSetup setup,
        int seed, ITensorSource? values = null)
    {
        ModelPrecision precision = setup.EffectivePrecision;
        if (precision == ModelPrecision.Float16)
            throw new ArgumentException("Float16 has too little range for gradients; use BFloat16 or Float32.");
        if (setup.Lora is not null && startPath is null && values is null)
            throw new ArgumentException("Adapters require a checkpoint to start from.");
        Device = TorchDevices.Of(setup.Device);
        (Preparer, this.stage, conditions) = (preparer, stage, new(preparer));
        plan = setup.Lora?.Plan(config, stage, seed);
        Tensors = new(config);
        start = startPath is null ? null : Checkpoint.Open(startPath, Tensors.Names);
        try
        {
            ITensorSource source =
                values ?? (start is null ? new RandomTensorSource(seed) : new CheckpointTensorSource(start));
            ScalarType type = precision == ModelPrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
            var builder = new ParameterBuilder(source, Device, type) { Adapters = plan };
            Model = new LeLm(builder, Tensors, config) { CheckpointActivations = setup.CheckpointActivations };
            parameters = builder.Build(startPath ?? "LeLM");
        }
        catch
        {
            start?.Dispose();
            plan?.Parameters.Dispose();
            throw;
        }
    }

    public LeLm Model { get; }

    public LeLmConfig Config => Model.Config;

    public LeLmTensors Tensors { get; }

    public ConditionPreparer Preparer { get; }

    public Device Device { get; }

    /// <summary>The trained parameters: the adapters if there are any, else the stage's weights.</summary>
    public IEnumerable<KeyValuePair<string, Parameter>> Trained => plan?.Parameters.All
        ?? parameters.Trainable.Where(parameter => stage.Trains(Tensors, parameter.Key));

    /// <summary>Loads a weight from the checkpoint, before rounding; null if it is not stored.</summary>
    public Tensor? Stored(string name) => start?.Tensors.ContainsKey(name) == true ? start.Load(name) : null;

    /// <summary>Converts songs to tensors.</summary>
    /// <param name="songs">The songs.</param>
    /// <param name="dropped">Conditions to drop, one entry per song; null to keep all.</param>
    /// <exception cref="InvalidDataException">A song has a tier of musicality, and the model has none.</exception>
    public SongBatch Batch(IReadOnlyList<TrainingSong> songs, ConditionKinds[]? dropped = null)
    {
        if (Config.TextRules == TextRules.V1 && songs.Any(song => song.Musicality is not null))
            throw new InvalidDataException("A song has a musicality; this model's text rules (v1) have none.");
        ConditionIds[] ids = [.. songs.Select(song => conditions.Of(song.ToCondition()))];
        if (dropped is not null)
            ids = [.. ids.Zip(dropped, (id, kinds) => id.Without(kinds, Preparer.Nothing))];
        return SongBatch.Create(songs, ids, Config, Device);
    }

    /// <summary>The ids of a batch's songs without their conditions, as guidance uses them.</summary>
    public IReadOnlyList<ConditionIds> Absent(IReadOnlyList<TrainingSong> songs) =>
        [.. songs.Select(song => conditions.Of(song.ToCondition().ToAbsent()))];

    /// <summary>
    /// Writes the weights: the trained ones with adapters merged, and all other tensors of the starting checkpoint
    /// unchanged, including unused ones.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="runFolder">The run's folder; its checkpoint contains the float32 master copies.</param>
    /// <param name="half">Whether to write 16-bit floating-point numbers.</param>
    public void Save(string path, string runFolder, bool half)
    {
        using var scope = NewDisposeScope();
        using Checkpoint? state =
            File.Exists(TrainingLoop.StatePathOf(runFolder)) ? Checkpoint.Open(TrainingLoop.StatePathOf(runFolder)) : null;
        var tensors = new List<TensorToWrite>();
        HashSet<string> trained = [.. Trained.Select(parameter => parameter.Key)];
        HashSet<string> known = [.. parameters.All.Select(parameter => parameter.Key)];
        foreach ((string name, Parameter value) in parameters.All)
            Add(name, value.shape, trained.Contains(name) ? Master(name, value, state) : Stored(name) ?? value.detach(),
                () => ValueOf(name, value, trained.Contains(name), state));
        foreach (string name in start?.Tensors.Keys.Where(name => !known.Contains(name)) ?? [])
            Add(name, start!.Tensors[name].Shape, start.Load(name), () => start.Load(name));
        SafetensorsWriter.Write(path, tensors);
        if (plan is not null)
            SaveAdapter(Path.Combine(runFolder, AdapterFolder), state);

        // One tensor after another is computed when it is written. A merged one keeps the type of the weight.
        void Add(string name, long[] shape, Tensor typed, Func<Tensor> create)
        {
            using (typed)
            {
                ElementType type = (half && typed.is_floating_point() ? float16 : typed.dtype).ToElementType();
                tensors.Add(TensorWriter.Create(ModelFolder.LeLmPrefix + name, type, shape, create));
            }
        }
    }

    /// <summary>Writes the adapter as <c>peft</c> does.</summary>
    private void SaveAdapter(string folder, Checkpoint? state)
    {
        TensorWriter.Save(Path.Combine(folder, AdapterFile.FileName),
            plan!.Parameters.All.Select(one => (AdapterFile.Prefix + one.Key, Master(one.Key, one.Value, state))),
            new Dictionary<string, string> { [AdapterFile.BaseHash] = AdapterFile.HashOf(start!.Path), ["format"] = "pt" });
        IEnumerable<string> layers = plan.ByWeight.Keys.Select(name => name.Split('.')[^2]).Distinct().Order(StringComparer.Ordinal);
        new AdapterConfig(plan.Rank, plan.Scale)
            .Write(Path.Combine(folder, AdapterConfig.FileName), plan.Scale * plan.Rank, layers);
    }

    public void Dispose()
    {
        Model.Dispose();
        parameters.Dispose();
        plan?.Parameters.Dispose();
        start?.Dispose();
    }

    private Tensor ValueOf(string name, Parameter value, bool isTrained, Checkpoint? state)
    {
        if (isTrained)
            return Master(name, value, state);
        if (plan?.ByWeight.ContainsKey(name) != true)
            return Stored(name) ?? value.detach();
        Tensor Part(string part)
        {
            string partName = LowRankPlan.NameOf(name, part);
            return Master(partName, plan.Parameters[partName], state).to(CPU);
        }
        return LowRankAdapter.Merge((Stored(name) ?? value.detach()).to(CPU), Part("A"), Part("B"), plan.Scale);
    }

    private static Tensor Master(string name, Parameter value, Checkpoint? state) =>
        state?.Tensors.ContainsKey(AdamW.MasterName(name)) == true
            ? state.Load(AdamW.MasterName(name))
            : value.detach();
}
