using LeVo.Codec.Flow;
using LeVo.Codec.Loading;
using LeVo.Codec.Model;
using LeVo.Core.Checkpoints;
using LeVo.Core.Model;
using LeVo.Core.Numerics;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Parameters;
using LeVo.Core.Torch.Tensors;
using LeVo.Core.Training;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// Distils a codec's flow decoder into one of the same size that needs few steps and no guidance. The student starts from the
/// teacher and learns where the teacher's solver ends, from the same noise and codes: the error of its last step's result is
/// propagated through all of its steps. Songs' tokens are enough; no sound is needed.
/// </summary>
/// <remarks>Not thread-safe: one run at a time.</remarks>
internal sealed class FlowDistillation
{
    private readonly TrainingOptions options;

    /// <param name="options">The run. Its folder also receives what the teacher makes.</param>
    public FlowDistillation(TrainingOptions options) => this.options = options;

    /// <summary>Steps of the student.</summary>
    public int StudentSteps { get; init; } = 2;

    /// <summary>Windows of an update.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Trains to the last step, from the run's checkpoint if there is one, and writes a copy of the model folder with
    /// the student in place of the teacher (types as in the teacher's file) and its steps in <c>config.yaml</c>.</summary>
    /// <param name="modelPath">The teacher's model folder.</param>
    /// <param name="outputFolder">The student's; must not exist or be empty.</param>
    /// <param name="songs">Tokens to learn from.</param>
    /// <param name="teaching">Receives messages while the teacher works, before the first update.</param>
    /// <param name="progress">Receives every report.</param>
    /// <param name="cancellationToken">Stops after the current window or step, with a checkpoint.</param>
    /// <exception cref="IOException">The output folder is not empty, or can't be written.</exception>
    /// <exception cref="InvalidDataException">The section <c>levo</c> of <c>config.yaml</c> is in braces.</exception>
    /// <exception cref="ModelLoadException">The folder's codec is missing or can't decode.</exception>
    /// <exception cref="NotSupportedException">The codec's latent statistics are not frozen.</exception>
    public void Train(string modelPath, string outputFolder, IReadOnlyList<SongTokens> songs, IProgress<string>? teaching = null,
        IProgress<TrainingReport>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(songs.Count);
        LeVoRuntime.EnsureTorch();
        ModelFolder folder = ModelFolder.Open(modelPath);
        ModelFolderCopy.CheckEmpty(outputFolder);
        SetSteps(File.ReadAllText(Path.Combine(folder.Path, ModelFolderReader.ConfigName))); // what is wrong is told at once
        using CodecFolder teacher = CodecFolder.Open(folder, CPU);
        using var windows = new TeacherWindows(teacher, songs, options.Folder, options.Seed);
        options.Replicas.First(() => windows.Complete(teaching, cancellationToken));
        if (options.Replicas.Rank > 0)
            windows.Complete(null, cancellationToken); // opens the first replica's files
        CodecSizes sizes = teacher.DualTrack.Sizes;
        using Checkpoint file = Checkpoint.Open(
            teacher.DualTrack.Path, CodecSizesReader.Names(CodecLayout.DualTrack(0, 0)));
        var builder = new ParameterBuilder(new CheckpointTensorSource(file));
        var student = new FlowMatchingDecoder(builder, new CodecTensors(sizes).Flow!, sizes.Estimator);
        using ParameterSet parameters = builder.Build(file.Path);
        new TrainingLoop(parameters.Trainable, options).Run(step => Step(student, windows, step), progress, cancellationToken);
        options.Replicas.First(() => WriteFolder(folder, outputFolder, Export(file, parameters)));
    }

    private void WriteFolder(ModelFolder folder, string outputFolder, IEnumerable<(string Name, Tensor Value)> weights)
    {
        string codec = Path.Combine(options.Folder, "codec.safetensors");
        TensorWriter.Save(codec, weights);
        new ModelFolderCopy(folder, withWeights: true).Write(outputFolder, SetSteps);
        string copied = ModelFolder.Open(outputFolder).DualCodecFile!;
        ModelFolderCopy.Copy(codec, Path.ChangeExtension(copied, ".safetensors"));
        if (Path.GetExtension(copied) != ".safetensors")
            File.Delete(copied);
    }

    private string SetSteps(string config) => SolverText.Set(config, StudentSteps, guidance: 1);

    private StepResult Step(FlowMatchingDecoder student, TeacherWindows windows, int step)
    {
        TeacherBatch batch = windows.Draw(BatchSize, StepRandom.Create(options.Seed, step));
        Tensor known = batch.Latents.narrow(1, 0, batch.Context);
        Tensor result = FewStepFlow.Solve(student, batch.Streams, batch.Noise, known, StudentSteps);
        long generated = result.shape[1] - batch.Context;
        Tensor error = (result - batch.Latents).narrow(1, batch.Context, generated).Squared().mean();
        return new(error);
    }

    private static IEnumerable<(string Name, Tensor Value)> Export(Checkpoint file, ParameterSet student)
    {
        Dictionary<string, Tensor> trained = student.Trainable.ToDictionary(entry => entry.Key, entry => (Tensor)entry.Value);
        foreach ((string name, StoredTensor stored) in file.Tensors)
        {
            yield return (name, trained.TryGetValue(name, out Tensor? value)
                ? value.detach().to(stored.Type.ToScalarType())
                : file.Load(name));
        }
    }
}
