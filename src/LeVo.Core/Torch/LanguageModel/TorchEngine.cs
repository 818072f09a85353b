using LeVo.Core.Conditioning;
using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.Parameters;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.LanguageModel;

/// <summary>LeLM on libtorch. Owns the parameters.</summary>
internal sealed class TorchEngine : IStepEngine
{
    private readonly ConditionProvider conditions;
    private readonly ParameterSet parameters;

    private TorchEngine(
        LeLm model, ConditionProvider conditions, ParameterSet parameters, Device device, ScalarType dtype)
    {
        Model = model;
        this.conditions = conditions;
        this.parameters = parameters;
        (Device, Type) = (device, dtype);
    }

    public LeLmConfig Config => Model.Config;

    public LeLm Model { get; }

    public Device Device { get; }

    public ScalarType Type { get; }

    /// <summary>Builds the model from a source of tensors.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="config">Sizes and ids.</param>
    /// <param name="preparer">Turns texts into ids.</param>
    /// <param name="device">Where the model computes.</param>
    /// <param name="dtype">Type of weights and hidden states.</param>
    /// <param name="what">The model's name for error messages.</param>
    /// <exception cref="ModelLoadException">Tensors are missing or misshapen; lists them all.</exception>
    public static TorchEngine Build(ITensorSource source, LeLmConfig config, ConditionPreparer preparer, Device device,
        ScalarType dtype, string what)
    {
        var builder = new ParameterBuilder(source, device, dtype);
        var model = new LeLm(builder.Root, config);
        var provider = new ConditionProvider(builder.Root.Sub("condition_provider"), config, preparer);
        return new(model, provider, builder.Build(what), device, dtype);
    }

    public ILogitsStepper Start(SongConditions song, int columns) => new TorchStepper(this, conditions, song, columns);

    public void Dispose()
    {
        Model.Dispose();
        parameters.Dispose();
    }
}
