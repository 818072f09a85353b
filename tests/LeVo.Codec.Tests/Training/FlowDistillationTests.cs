using LeVo.Codec.Training;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using LeVo.Testing;

namespace LeVo.Codec.Tests.Training;

public sealed class FlowDistillationTests : IDisposable
{
    private readonly TinyModel model = new();
    private readonly string folder = Directory.CreateTempSubdirectory("levo-distillation-").FullName;

    public FlowDistillationTests() => LeVoRuntime.EnsureTorch();

    private string Student => Path.Combine(folder, "student");

    public void Dispose()
    {
        model.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void AStudentLearnsWhereItsTeacherEnds()
    {
        List<TrainingReport> reports = [];
        Train(new Reports(reports.Add), TestContext.Current.CancellationToken);
        Assert.True(reports[^1].Metrics["loss"] < reports[0].Metrics["loss"] / 2,
            $"{reports[0].Metrics["loss"]} to {reports[^1].Metrics["loss"]}");
        LevoCodec codec = ModelFolder.Open(Student).Levo.Codec;
        Assert.Equal(((int?)1, 1.0, 3), (codec.Steps, codec.Guidance, codec.SilentVocalCode));
        Assert.NotEqual(Bytes(model.Path, "dual.safetensors"), Bytes(Student, "dual.safetensors"));
        Assert.Equal(Bytes(model.Path, "model.safetensors"), Bytes(Student, "model.safetensors"));
        Assert.Throws<IOException>(() => Train(null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void AStoppedRunGoesOnWhereItWas()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Train(new Reports(_ => stop.Cancel()), stop.Token));
        Assert.False(Directory.Exists(Student));
        string teacher = Path.Combine(folder, "run", "teacher-0000.safetensors");
        DateTime made = File.GetLastWriteTimeUtc(teacher);
        List<int> steps = [];
        Train(new Reports(report => steps.Add(report.Step)), TestContext.Current.CancellationToken);
        Assert.Equal([20, 30, 40], steps);
        Assert.Equal(made, File.GetLastWriteTimeUtc(teacher));
    }

    private void Train(IProgress<TrainingReport>? progress, CancellationToken cancellationToken)
    {
        var options = new TrainingOptions
        {
            Folder = Path.Combine(folder, "run"),
            Steps = 40,
            LearningRate = 5e-3,
            WarmupSteps = 5,
            ReportEvery = 10,
        };
        new FlowDistillation(options) { StudentSteps = 1 }.Train(
            model.Path, Student, [.. Enumerable.Range(0, 5).Select(Song)], null, progress, cancellationToken);
    }

    /// <summary>Two windows and a bit.</summary>
    private static SongTokens Song(int seed)
    {
        var random = new Random(seed);
        return SongTokens.FromRows(Row(), Row(), Row());

        int[] Row() => [.. Enumerable.Range(0, 50).Select(_ => random.Next(TinyCodec.CodebookSize))];
    }

    private static byte[] Bytes(string folder, string name) => File.ReadAllBytes(Path.Combine(folder, name));

    private sealed class Reports(Action<TrainingReport> receive) : IProgress<TrainingReport>
    {
        public void Report(TrainingReport value) => receive(value);
    }
}
